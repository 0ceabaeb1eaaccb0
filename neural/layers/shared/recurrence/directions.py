"""How the outputs of two directions become one: y₁ and y₂ side by side, their sum, mean or product, as in Keras."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.layers.shared.base import LayerBuffers

Part = tuple[Array, Array]  # y of one direction, and its error


@dataclass(frozen=True)
class Merge:
    """Where each direction writes and takes its errors from, what follows both, and what comes before their errors."""

    parts: tuple[Part, Part]
    forward: Calls = field(default_factory=list)
    backward: Calls = field(default_factory=list)


def side_by_side(buffers: LayerBuffers) -> Merge:
    """Give each direction a half of the features."""
    y, dy, units = buffers.y_values, buffers.dy, len(buffers.dy) // 2
    return Merge(((y[:units], dy[:units]), (y[units:], dy[units:])))


def _with(ufunc: np.ufunc) -> Callable[[LayerBuffers], Merge]:
    def merge(buffers: LayerBuffers) -> Merge:
        (one, done), (other, dother) = parts = _apart(buffers)
        forward: Calls = [partial(ufunc, one, other, buffers.y_values)]
        if ufunc is np.multiply:
            return Merge(
                parts, forward, [partial(ufunc, buffers.dy, other, done), partial(ufunc, buffers.dy, one, dother)]
            )
        return Merge(parts, forward, [partial(np.copyto, done, buffers.dy), partial(np.copyto, dother, buffers.dy)])

    return merge


def mean(buffers: LayerBuffers) -> Merge:
    """Halve the sum; each direction gets half of the error."""
    merged, y, dy = _with(np.add)(buffers), buffers.y_values, buffers.dy
    half = scalar(0.5, dy.dtype)
    forward: Calls = [*merged.forward, partial(np.multiply, y, half, y)]
    return Merge(merged.parts, forward, [partial(np.multiply, dy, half, dy), *merged.backward])


def _apart(buffers: LayerBuffers) -> tuple[Part, Part]:
    """Make arrays for each direction: it changes its errors, and may clear its outputs, before they are merged."""
    shape = buffers.dy.shape
    one, done, other, dother = (
        buffers.scratch(f"{direction} {name}", shape) for direction in ("forward", "backward") for name in ("y", "dy")
    )
    return (one, done), (other, dother)


MERGES: Final[Mapping[str, Callable[[LayerBuffers], Merge]]] = MappingProxyType(
    {"concat": side_by_side, "sum": _with(np.add), "ave": mean, "mul": _with(np.multiply)}
)
