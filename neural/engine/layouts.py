"""The layout of values in memory between layers: features first, batch last, at every rank.

| one row | a batch of values |
|---|---|
| `(features,)` | `(features + 1, batch)` |
| `(time, features)` | `(features + 1, time, batch)` |
| `(height, width, channels)` | `(channels + 1, height, width, batch)` |

The last feature is ones, so that a bias is one more row of a kernel and no product needs a transposed copy; a time step
or a window of an image is a slice whose runs are as long as the batch. Errors lie the same way, without the ones.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, aligned
from neural.engine.stored_rows import StoredRows

Shape = tuple[int, ...]
Rows = npt.NDArray[np.int64]


def value_array(shape: Shape, batch: int, dtype: npt.DTypeLike) -> Array:
    """Make an array for a batch of values, its ones set."""
    array = aligned((shape[-1] + 1, *shape[:-1], batch), dtype)
    array.fill(1)
    return array


def error_array(shape: Shape, batch: int, dtype: npt.DTypeLike) -> Array:
    """Make an array for the gradient of the loss by a batch of values."""
    return aligned((shape[-1], *shape[:-1], batch), dtype)


def values_of(array: Array) -> Array:
    """View a value array without its ones."""
    return array[:-1]


def columns_view(values: Array) -> Array:
    """View a value (with or without ones) or an error as (features, columns), for any rank."""
    columns: Array = values.reshape(len(values), -1)
    assert np.may_share_memory(columns, values)  # noqa: S101  # a copy would be written in vain
    return columns


def input_arrays(shape: Shape, slots: int, batch: int, dtype: npt.DTypeLike) -> Array:
    """Make the arrays that batches are loaded into, a slot for each; vectors lie row by row and are read transposed."""
    if len(shape) == 1:
        return np.ones((slots, batch, shape[0] + 1), dtype)
    arrays: Array = np.stack([value_array(shape, batch, dtype)] * slots)
    return arrays


def batch_of(inputs: Array, shape: Shape) -> int:
    """Tell the rows of one slot of input arrays."""
    batch: int = inputs.shape[1] if len(shape) == 1 else inputs.shape[-1]
    return batch


def input_value(inputs: Array, slot: int, shape: Shape) -> Array:
    """View one slot as the value that the first layers read."""
    value: Array = inputs[slot].T if len(shape) == 1 else inputs[slot]
    return value


def load_rows(inputs: Array, prepared: Array | StoredRows, rows: Rows, scratch: Array) -> None:
    """Fetch rows into input arrays of just as many rows, slot after slot; `scratch` has room for them."""
    fetched = scratch[: len(rows)]
    if isinstance(prepared, StoredRows):
        prepared.take(rows, fetched)
    else:
        np.take(prepared, rows, axis=0, out=fetched, mode="clip")  # "raise" would copy through a buffer
    lay_out(inputs, fetched)


def slots_of_rows(prepared: Array, batch: int, shape: Shape) -> Array:
    """Lay prepared rows out as input arrays."""
    inputs = input_arrays(shape, len(prepared) // batch, batch, prepared.dtype)
    lay_out(inputs, prepared)
    return inputs


def lay_out(inputs: Array, rows: Array) -> None:
    """Copy rows into input arrays of just as many rows, slot after slot."""
    if rows.ndim == 2:
        inputs[:, :, :-1] = rows.reshape(*inputs.shape[:2], -1)
    else:
        inputs[:, :-1] = _features_first(rows, len(inputs))


def _features_first(rows: Array, slots: int) -> Array:
    """View rows (slots · batch, *places, features) as (slots, features, *places, batch)."""
    batches = rows.reshape(slots, -1, *rows.shape[1:])
    return np.moveaxis(np.moveaxis(batches, -1, 1), 2, -1)


def columns_of(y: npt.NDArray[Any], batch: int, shape: Shape) -> npt.NDArray[Any]:
    """Order the targets of consecutive batches as the columns of a loss: place by place within a batch."""
    if len(shape) == 1:
        return y
    batches, places = y.reshape(len(y) // batch, batch, *y.shape[1:]), len(shape) - 1
    columns: npt.NDArray[Any] = np.moveaxis(batches, 1, 1 + places).reshape(-1, *y.shape[1 + places :])
    return columns
