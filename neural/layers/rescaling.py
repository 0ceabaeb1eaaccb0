"""Rescaling and normalization with given numbers, which nothing learns."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.errors import ParameterOutOfRange, ShapeError
from neural.fields import check, numbers, real
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse

SMALLEST_SPREAD: Final = 1e-7  # Keras' `backend.epsilon()`


@dataclass(frozen=True, kw_only=True)
class Rescaling(Layer):
    """y = x·scale + offset; dx = dy·scale. As Keras' layer of this name."""

    key: ClassVar[str] = "rescaling"
    summary: ClassVar[str] = "Multiplies every value by one number and adds another: 1/255 for bytes of an image."
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    scale: float = real(summary="What every value is multiplied by.")
    offset: float = real(0.0, summary="What is added then.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind the same numbers for all features."""
        dtype = buffers.y.dtype
        return _bind(buffers, scalar(self.scale, dtype), scalar(self.offset, dtype))


@dataclass(frozen=True, kw_only=True)
class Normalization(Layer):
    """y = (x - mean) / max(√variance, 1e-7), with one mean and one variance for all features or one for each.

    As Keras' layer of this name, whose `adapt` measured them or which was given them.
    """

    key: ClassVar[str] = "normalization"
    summary: ClassVar[str] = "Subtracts a given mean and divides by the root of a given variance; nothing is learned."
    aliases: ClassVar[tuple[str, ...]] = ("standardization",)
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    mean: tuple[float, ...] = numbers(whole=False, summary="Mean of all features, or of each.")
    variance: tuple[float, ...] = numbers(whole=False, minimum=0, summary="Variance of all features, or of each.")

    def __post_init__(self) -> None:
        check(self)
        for name in ("mean", "variance"):
            if not getattr(self, name):
                raise ParameterOutOfRange(self.key, name, [], expected="at least one number")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        for name in ("mean", "variance"):
            count = len(getattr(self, name))
            if count not in {1, input_shape[-1]}:
                needed = f"1 or {count} features, as many as `{name}` has numbers"
                raise ShapeError(f"layer {self.name}", got=input_shape, needed=needed)
        return input_shape

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind as x·scale - mean·scale, number by number of the features."""
        axes = (-1, *[1] * (buffers.dy.ndim - 1))
        spread = np.maximum(np.sqrt(np.array(self.variance)), SMALLEST_SPREAD)
        scale, offset = 1 / spread, -np.array(self.mean)
        dtype = buffers.y.dtype
        return _bind(buffers, scale.reshape(axes).astype(dtype), offset.reshape(axes).astype(dtype), adds_first=True)


def _bind(buffers: LayerBuffers, scale: Array, offset: Array, *, adds_first: bool = False) -> Bound:
    """Bind y = x·scale + offset, or y = (x + offset)·scale."""
    x, y = buffers.x_values, buffers.y_values
    forward: Calls = (
        [partial(np.add, x, offset, y), partial(np.multiply, y, scale, y)]
        if adds_first
        else [partial(np.multiply, x, scale, y), partial(np.add, y, offset, y)]
    )
    return Bound(forward, [] if buffers.dx is None else [partial(np.multiply, buffers.dy, scale, buffers.dx)])
