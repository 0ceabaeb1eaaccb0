"""Sequences and images with every place repeated: the way back from pooling."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Final

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.errors import ParameterOutOfRange
from neural.fields import check, choice, integer, per_axis, sizes
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.ranks import check_rank

INTERPOLATIONS: Final[Mapping[str, str]] = MappingProxyType({"nearest": "copies", "bilinear": "straight lines"})


@dataclass(frozen=True, kw_only=True)
class UpSampling1D(Layer):
    """y[t] = x[⌊t / size⌋]; dx[t] = Σ dy over the copies of step t."""

    key: ClassVar[str] = "up_sampling1d"
    summary: ClassVar[str] = "Repeats every time step of a sequence."
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS
    only_moves: ClassVar[bool] = True

    size: int = integer(2, minimum=1, summary="How often each step stands there.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (time · size, features)."""
        check_rank(self.name, input_shape, 2)
        return (input_shape[0] * self.size, input_shape[1])

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward copies; backward their errors are added."""
        time, features = buffers.input_shape
        copies = (features, time, self.size, buffers.y.shape[-1])
        forward: Calls = [partial(np.copyto, buffers.y_values.reshape(copies), buffers.x_values[:, :, None])]
        if buffers.dx is None:
            return Bound(forward, [])
        return Bound(forward, [partial(np.add.reduce, buffers.dy.reshape(copies), 2, None, buffers.dx)])


@dataclass(frozen=True, kw_only=True)
class UpSampling2D(Layer):
    """y[i, j] = x[⌊i / height⌋, ⌊j / width⌋] (nearest), or straight lines between the places (bilinear).

    Bilinear: y = A·x·Bᵀ with rows of A that weigh the two places around (i + ½) / height - ½, at the edges only the
    last one; dx = Aᵀ·dy·B. Nearest: dx[i, j] = Σ dy over the copies of a place. As Keras' layer of this name.
    """

    key: ClassVar[str] = "up_sampling2d"
    summary: ClassVar[str] = "Enlarges an image: every row and column repeated, or lines between them."
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS
    only_moves: ClassVar[bool] = True

    size: int | tuple[int, int] = sizes(2, axes=2, minimum=1, summary="How often each row and column stands there.")
    interpolation: str = choice(
        "nearest", lambda: INTERPOLATIONS, summary="nearest: copies; bilinear: straight lines between places."
    )

    def __post_init__(self) -> None:
        check(self)
        if self.interpolation not in INTERPOLATIONS:
            expected = f"one of {', '.join(INTERPOLATIONS)}"
            raise ParameterOutOfRange(self.key, "interpolation", self.interpolation, expected=expected)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (height · size, width · size, channels)."""
        check_rank(self.name, input_shape, 3)
        high, wide = per_axis(self.size)
        return (input_shape[0] * high, input_shape[1] * wide, input_shape[2])

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Copy, or multiply along columns and then along rows."""
        return self._copied(buffers) if self.interpolation == "nearest" else self._between(buffers)

    def _copied(self, buffers: LayerBuffers) -> Bound:
        """Forward copies; backward their errors are added, along rows and then along columns."""
        (height, width, channels), (high, wide) = buffers.input_shape, per_axis(self.size)
        batch = buffers.y.shape[-1]
        copies = (channels, height, high, width, wide, batch)
        x = buffers.x_values[:, :, None, :, None]
        forward: Calls = [partial(np.copyto, buffers.y_values.reshape(copies), x)]
        if buffers.dx is None:
            return Bound(forward, [])
        rows = buffers.scratch("errors of rows", (channels, height, high, width, batch))
        backward: Calls = [
            partial(np.add.reduce, buffers.dy.reshape(copies), 4, None, rows),
            partial(np.add.reduce, rows, 2, None, buffers.dx),
        ]
        return Bound(forward, backward)

    def _between(self, buffers: LayerBuffers) -> Bound:
        """Multiply (channels, height, width · batch) from the left, then (channels · rows, width, batch)."""
        (height, width, channels), (high, wide) = buffers.input_shape, per_axis(self.size)
        batch, dtype = buffers.y.shape[-1], buffers.y.dtype
        A, B = (_lines(n, times).astype(dtype) for n, times in ((height, high), (width, wide)))
        columns, rows = (channels, height, width * batch), (channels * len(A), width, batch)
        taller, wider = (channels, len(A), width * batch), (channels * len(A), len(B), batch)
        x, tall = buffers.scratch("x", columns), buffers.scratch("tall", taller)
        forward: Calls = [
            partial(np.copyto, x.reshape(buffers.x_values.shape), buffers.x_values),
            partial(np.matmul, A, x, tall),
            partial(np.matmul, B, tall.reshape(rows), buffers.y_values.reshape(wider)),
        ]
        if buffers.dx is None:
            return Bound(forward, [])
        backward: Calls = [
            partial(np.matmul, B.T, buffers.dy.reshape(wider), tall.reshape(rows)),
            partial(np.matmul, A.T, tall, buffers.dx.reshape(columns)),
        ]
        return Bound(forward, backward)


def _lines(n: int, times: int) -> Array:
    """Make the weights (n · times, n) of the places around each new one."""
    at = np.clip((np.arange(n * times) + 0.5) / times - 0.5, 0, n - 1)
    below = np.floor(at).astype(int)
    weights = np.zeros((n * times, n))
    new = np.arange(n * times)
    weights[new, below] += 1 - (at - below)
    weights[new, np.minimum(below + 1, n - 1)] += at - below
    return weights
