"""How values lie in memory between layers, by their rank.

| one row | a batch of values | why |
|---|---|---|
| `(features,)` | `(features + 1, batch)` | the last row is ones, so a bias is one more row of the kernel |
| `(time, features)` | `(features + 1, time, batch)` | all tokens are one product; a time step is a slice |
| `(height, width, channels)` | `(batch, height, width, channels)` | windows are contiguous runs of channels |

Errors lie the same way, without the ones.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from neural.arrays import Array

Shape = tuple[int, ...]
Rows = npt.NDArray[np.int64]


def value_array(shape: Shape, batch: int, dtype: npt.DTypeLike) -> Array:
    """Make an array for a batch of values, its row of ones set."""
    if len(shape) == 3:
        return np.zeros((batch, *shape), dtype)
    return np.ones((shape[-1] + 1, *shape[:-1], batch), dtype)


def error_array(shape: Shape, batch: int, dtype: npt.DTypeLike) -> Array:
    """Make an array for the gradient of the loss by a batch of values."""
    if len(shape) == 3:
        return np.zeros((batch, *shape), dtype)
    return np.zeros((shape[-1], *shape[:-1], batch), dtype)


def values_of(array: Array, shape: Shape) -> Array:
    """View a value array without its ones."""
    return array if len(shape) == 3 else array[:-1]


def rows_of(values: Array, shape: Shape) -> Array:
    """View an array without ones, or an error, with the batch first: (batch, *shape)."""
    rows: Array = values if len(shape) == 3 else values.T if len(shape) == 1 else values.transpose(2, 1, 0)
    return rows


def columns_view(values: Array, shape: Shape) -> Array:
    """View an array of a value (with or without ones) or of an error as (features, columns), for any rank."""
    columns: Array = values.reshape(-1, shape[-1]).T if len(shape) == 3 else values.reshape(len(values), -1)
    assert np.shares_memory(columns, values)  # noqa: S101  # a copy would be written in vain
    return columns


def prepared_rows(x: npt.NDArray[Any], shape: Shape, dtype: npt.DTypeLike) -> Array:
    """Copy rows of shape (rows, *shape) into the contiguous form that batches are loaded from."""
    if len(shape) > 1:
        return np.ascontiguousarray(x, dtype)
    extended: Array = np.ones((len(x), shape[0] + 1), dtype)
    extended[:, :-1] = x
    return extended


def input_arrays(shape: Shape, slots: int, batch: int, dtype: npt.DTypeLike) -> Array:
    """Make the arrays that batches are loaded into, one slot for each."""
    if len(shape) == 1:
        return np.ones((slots, batch, shape[0] + 1), dtype)
    arrays: Array = np.stack([value_array(shape, batch, dtype)] * slots)
    return arrays


def batch_of(inputs: Array, shape: Shape) -> int:
    """Tell the rows of one slot of input arrays."""
    batch: int = inputs.shape[-1] if len(shape) == 2 else inputs.shape[1]
    return batch


def input_value(inputs: Array, slot: int, shape: Shape) -> Array:
    """View one slot as the value that the first layers read."""
    value: Array = inputs[slot].T if len(shape) == 1 else inputs[slot]
    return value


def load_rows(inputs: Array, prepared: Array, rows: Rows, shape: Shape) -> None:
    """Fetch rows into input arrays of just as many rows, slot after slot."""
    slots = len(inputs)
    if len(shape) == 2:
        batches = prepared[rows].reshape(slots, -1, *shape)
        inputs[:, :-1] = batches.transpose(0, 3, 2, 1)
    else:
        # "raise" would copy through a buffer
        np.take(prepared, rows, axis=0, out=inputs.reshape(len(rows), *inputs.shape[2:]), mode="clip")


def slots_of_rows(prepared: Array, batch: int, shape: Shape) -> Array:
    """Lay prepared rows out as input arrays; views them where their layout allows it."""
    slots = len(prepared) // batch
    batches = prepared.reshape(slots, batch, *prepared.shape[1:])
    if len(shape) != 2:
        return batches
    inputs = input_arrays(shape, slots, batch, prepared.dtype)
    inputs[:, :-1] = batches.transpose(0, 3, 2, 1)
    return inputs


def columns_of(y: npt.NDArray[Any], batch: int, shape: Shape) -> npt.NDArray[Any]:
    """Order the targets of consecutive batches as the columns of a loss: time step by time step within a batch."""
    if len(shape) == 1:
        return y
    batches = y.reshape(len(y) // batch, batch, *y.shape[1:])
    columns: npt.NDArray[Any] = batches.swapaxes(1, 2).reshape(-1, *y.shape[2:])
    return columns
