"""Rows to learn from, checked, then prepared in the form that bound networks read."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.arrays import Array, check_finite
from neural.errors import ParameterOutOfRange, ShapeError
from neural.losses import Loss
from neural.network import Network


@dataclass(frozen=True)
class Examples:
    """Inputs with their targets.

    `y` holds floats (rows, outputs) for regression, class ids (rows,) for the categorical cross-entropy,
    0 or 1 in (rows,) or (rows, outputs) for the binary one.
    """

    x: npt.NDArray[Any]  # (rows, features)
    y: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Prepared:
    """Examples of one float type: inputs with a last column of ones, targets as the loss reads them."""

    x: Array  # (rows, inputs + 1)
    y: npt.NDArray[Any]  # class ids (rows,) of int64, or floats (rows, outputs)
    weights: Array | None  # (rows,)

    def __len__(self) -> int:
        return len(self.x)


def prepare(
    network: Network,
    loss: Loss,
    examples: Examples,
    dtype: npt.DTypeLike,
    *,
    class_weight: tuple[float, ...] | None = None,
) -> Prepared:
    """Check and convert examples; raises ShapeError, NonFiniteInput or ParameterOutOfRange."""
    x = with_ones(network, examples.x, dtype)
    y = _targets(network, loss, np.asarray(examples.y), dtype)
    if len(y) != len(x):
        raise ShapeError("examples.y", got=f"{len(y)} rows", needed=f"{len(x)} rows, as many as x")
    return Prepared(x, y, None if class_weight is None else _weights(loss, y, class_weight, network, dtype))


def with_ones(network: Network, x: npt.NDArray[Any], dtype: npt.DTypeLike) -> Array:
    """Copy inputs of shape (rows, features) into a contiguous array that ends with a column of ones."""
    features = network.input_shape[0]
    if x.ndim != 2 or x.shape[1] != features or not len(x):
        raise ShapeError("examples.x", got=x.shape, needed=f"(rows, {features}) with at least one row")
    check_finite("examples.x", x)
    extended: Array = np.ones((len(x), features + 1), dtype)
    extended[:, :-1] = x
    return extended


def _targets(network: Network, loss: Loss, y: npt.NDArray[Any], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    outputs = network.output_shape[0]
    if loss.targets == "classes":
        return _class_ids(y, outputs)
    y = y.reshape(-1, 1) if y.ndim == 1 else y
    if y.ndim != 2 or y.shape[1] != outputs:
        raise ShapeError("examples.y", got=y.shape, needed=f"(rows, {outputs})")
    check_finite("examples.y", y)
    if loss.targets == "labels" and ((y < 0) | (y > 1)).any():
        raise ParameterOutOfRange(loss.key, "y", float(y[(y < 0) | (y > 1)][0]), expected="from 0 to 1")
    return y.astype(dtype)


def _class_ids(y: npt.NDArray[Any], outputs: int) -> npt.NDArray[np.int64]:
    if outputs < 2:
        raise ShapeError("network.output_shape", got=(outputs,), needed="at least 2 outputs for class ids")
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        raise ShapeError("examples.y", got=y.shape, needed="(rows,) class ids")
    ids = y.astype(np.int64)
    outside = (ids != y) | (ids < 0) | (ids >= outputs)
    if outside.any():
        raise ParameterOutOfRange(
            "categorical_crossentropy", "y", y[outside][0].item(), expected=f"a class id from 0 to {outputs - 1}"
        )
    return ids


def _weights(
    loss: Loss, y: npt.NDArray[Any], class_weight: tuple[float, ...], network: Network, dtype: npt.DTypeLike
) -> Array:
    outputs = network.output_shape[0]
    if loss.targets == "values" or (loss.targets == "labels" and outputs != 1):
        raise ParameterOutOfRange("plan", "class_weight", class_weight, expected="null: the targets are not classes")
    classes = outputs if loss.targets == "classes" else 2
    if len(class_weight) != classes:
        raise ShapeError("plan.class_weight", got=f"{len(class_weight)} weights", needed=f"{classes}, one for a class")
    ids = y if y.ndim == 1 else y[:, 0].astype(np.int64)
    weights: Array = np.asarray(class_weight, dtype)[ids]
    return weights
