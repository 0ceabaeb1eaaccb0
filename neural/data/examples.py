"""Rows to learn from, checked, then prepared in the form that bound networks read."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.data.targets import IGNORED
from neural.engine.arrays import Array, check_finite
from neural.engine.stored_rows import StoredRows
from neural.errors import ParameterOutOfRange, ShapeError
from neural.layers.embedding import Embedding
from neural.layers.slice import Slice
from neural.losses import Loss
from neural.network.network import Network

CHECKED_ROWS = 1 << 15  # at once, of stored rows
SHARES_TOLERANCE = 1e-3  # of the sum of target shares


@dataclass(frozen=True)
class Examples:
    """Inputs with their targets.

    `y` holds floats (rows, outputs) for regression, class ids (rows,) for the categorical cross-entropy,
    0 or 1 in (rows,) or (rows, outputs) for the binary one; a loss of shares takes either floats or class ids. For a
    network that gives sequences, each has one axis more after the rows: (rows, time, outputs) and (rows, time); there,
    the class id -1 says that a step does not count. `weights` (rows,) scale the loss of each row in training, not the
    number that it is divided by: as in Keras.
    """

    x: npt.NDArray[Any] | StoredRows  # (rows, *input_shape)
    y: npt.NDArray[Any]
    weights: npt.NDArray[Any] | None = None

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class PreparedExamples:
    """Examples of one float type, copied only where they were not, with targets as the loss reads them."""

    x: Array | StoredRows  # (rows, *input_shape), contiguous
    y: npt.NDArray[Any]  # class ids (rows,) of int64, or floats (rows, outputs); (rows, time…) for sequences
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
) -> PreparedExamples:
    """Check and convert examples; raises ShapeError, NonFiniteInput or ParameterOutOfRange."""
    x = prepare_inputs(network, examples.x, dtype)
    y = _targets(network, loss, np.asarray(examples.y), dtype)
    if len(y) != len(x):
        raise ShapeError("examples.y", got=f"{len(y)} rows", needed=f"{len(x)} rows, as many as x")
    weights = None if class_weight is None else _class_weights(loss, y, class_weight, network, dtype)
    if examples.weights is not None:
        own = _row_weights(examples.weights, len(x), dtype)
        weights = own if weights is None else weights * own
    return PreparedExamples(x, y, weights)


def prepare_inputs(network: Network, x: npt.NDArray[Any] | StoredRows, dtype: npt.DTypeLike) -> Array | StoredRows:
    """Check inputs of shape (rows, *input_shape) and give them in the form that batches are loaded from.

    Numbers of stored rows are finite.
    """
    shape = network.input_shape
    if x.shape[1:] != shape or not len(x):
        needed = f"(rows, {', '.join(map(str, shape))}) with at least one row"
        raise ShapeError("examples.x", got=x.shape, needed=needed)
    if isinstance(x, StoredRows):
        if x.dtype != dtype:
            raise ShapeError("examples.x", got=str(x.dtype), needed=str(np.dtype(dtype)))
        if any(isinstance(layer, Embedding) for layer in network.layers):
            for start in range(0, len(x), CHECKED_ROWS):
                _check_ids(network, x[start : start + CHECKED_ROWS])
        return x
    check_finite("examples.x", x)
    _check_ids(network, x)
    rows: Array = np.ascontiguousarray(x, dtype)
    return rows


def _check_ids(network: Network, x: npt.NDArray[Any]) -> None:
    """Let the embeddings that read the input, or a slice of it, check their ids."""
    values = {0: x}
    for index, (layer, sources) in enumerate(zip(network.layers, network.sources, strict=True)):
        if sources[0] not in values:
            continue
        if isinstance(layer, Slice):
            values[index + 1] = values[sources[0]][:, layer.start : layer.stop]
        if isinstance(layer, Embedding):
            layer.check_inputs(values[sources[0]])


def _targets(network: Network, loss: Loss, y: npt.NDArray[Any], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    *time, outputs = network.output_shape
    is_whole = loss.targets == "shares" and y.ndim == 1 + len(time)  # each row belongs to one class as a whole
    if loss.targets == "classes" or is_whole:
        return _class_ids(loss, y, time, outputs)
    y = y[..., None] if y.ndim == 1 + len(time) else y
    if y.ndim != 2 + len(time) or list(y.shape[1:]) != [*time, outputs]:
        raise ShapeError("examples.y", got=y.shape, needed=f"(rows, {', '.join(map(str, network.output_shape))})")
    check_finite("examples.y", y)
    if loss.targets in {"labels", "shares"} and ((y < 0) | (y > 1)).any():
        raise ParameterOutOfRange(loss.key, "y", float(y[(y < 0) | (y > 1)][0]), expected="from 0 to 1")
    if loss.targets == "shares" and (off := np.abs(y.sum(axis=-1) - 1) > SHARES_TOLERANCE).any():
        raise ParameterOutOfRange(loss.key, "y", float(y.sum(axis=-1)[off][0]), expected="shares that sum to 1")
    smallest = getattr(loss, "smallest_target", -np.inf)
    if (y < smallest).any():
        raise ParameterOutOfRange(loss.key, "y", float(y[y < smallest][0]), expected=f"at least {smallest:g}")
    return y.astype(dtype)


def _class_ids(loss: Loss, y: npt.NDArray[Any], time: list[int], outputs: int) -> npt.NDArray[np.int64]:
    if outputs < 2:
        raise ShapeError("network.output_shape", got=(outputs,), needed="at least 2 outputs for class ids")
    if y.ndim == 2 + len(time) and y.shape[-1] == 1:
        y = y[..., 0]
    if y.ndim != 1 + len(time) or list(y.shape[1:]) != time:
        raise ShapeError("examples.y", got=y.shape, needed=f"({', '.join(['rows,', *map(str, time)])}) class ids")
    ids = y.astype(np.int64)
    outside = (ids != y) | (ids < (IGNORED if time else 0)) | (ids >= outputs)
    if outside.any():
        expected = f"a class id from 0 to {outputs - 1}{', or -1 for a step that does not count' if time else ''}"
        raise ParameterOutOfRange(loss.key, "y", y[outside][0].item(), expected=expected)
    return ids


def _class_weights(
    loss: Loss, y: npt.NDArray[Any], class_weight: tuple[float, ...], network: Network, dtype: npt.DTypeLike
) -> Array:
    outputs = network.output_shape[-1]
    names_classes = y.dtype.kind == "i"  # `_class_ids` made them
    is_yes_no = loss.targets == "labels" and outputs == 1
    if len(network.output_shape) > 1 or not (names_classes or is_yes_no):
        raise ParameterOutOfRange("plan", "class_weight", class_weight, expected="null: the targets are not classes")
    classes = outputs if names_classes else 2
    if len(class_weight) != classes:
        raise ShapeError("plan.class_weight", got=f"{len(class_weight)} weights", needed=f"{classes}, one for a class")
    ids = y if names_classes else y[:, 0].astype(np.int64)
    weights: Array = np.asarray(class_weight, dtype)[ids]
    return weights


def _row_weights(weights: npt.NDArray[Any], rows: int, dtype: npt.DTypeLike) -> Array:
    if weights.shape != (rows,):
        raise ShapeError("examples.weights", got=weights.shape, needed=f"({rows},), one for each row")
    check_finite("examples.weights", weights)
    if (weights < 0).any():
        raise ParameterOutOfRange("examples", "weights", float(weights[weights < 0][0]), expected="at least 0")
    if not weights.any():
        raise ParameterOutOfRange("examples", "weights", 0.0, expected="above 0 for at least one training row")
    return weights.astype(dtype)
