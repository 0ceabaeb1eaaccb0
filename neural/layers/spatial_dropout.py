"""Spatial dropout: a random share of the features or channels is cleared everywhere while training."""

from abc import ABC
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.ranks import check_rank


@dataclass(frozen=True, kw_only=True)
class _SpatialDropout(Layer, ABC):
    """y = x·m / (1 - rate) while training, with one m for each row and channel: 0 with probability `rate`, else 1.

    Neighbouring places know much of each other, so that dropping single values would hide little.
    Source: Tompson et al. 2015.
    """

    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    rank: ClassVar[int]

    rate: float = real(minimum=0, exclusive_maximum=1, summary="Share of the channels to clear.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        check_rank(self.name, input_shape, self.rank)
        return input_shape

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = x·m̂ with m̂ = ⌊u + keep⌋ / keep for uniform u in [0, 1); backward dx = dy·m̂."""
        x, y = buffers.x_values, buffers.y_values
        if buffers.generator is None or self.rate == 0:
            leave: Calls = [] if buffers.dx is None else [partial(np.copyto, buffers.dx, buffers.dy)]
            return Bound([partial(np.copyto, y, x)], leave)
        mask, keep = buffers.scratch("mask", (len(y), y.shape[-1])), scalar(1 - self.rate, y.dtype)
        everywhere: Array = np.expand_dims(mask, tuple(range(1, self.rank)))
        forward: Calls = [
            partial(buffers.generator.random, None, y.dtype.type, mask),
            partial(np.add, mask, keep, mask),
            partial(np.floor, mask, mask),
            partial(np.divide, mask, keep, mask),
            partial(np.multiply, x, everywhere, y),
        ]
        backward: Calls = [] if buffers.dx is None else [partial(np.multiply, buffers.dy, everywhere, buffers.dx)]
        return Bound(forward, backward)


@dataclass(frozen=True, kw_only=True)
class SpatialDropout1D(_SpatialDropout):
    """Whole features of a sequence."""

    key: ClassVar[str] = "spatial_dropout1d"
    summary: ClassVar[str] = "Clears a random share of the features at all time steps while training."
    rank: ClassVar[int] = 2


@dataclass(frozen=True, kw_only=True)
class SpatialDropout2D(_SpatialDropout):
    """Whole channels of an image."""

    key: ClassVar[str] = "spatial_dropout2d"
    summary: ClassVar[str] = "Clears a random share of the channels of an image everywhere while training."
    rank: ClassVar[int] = 3
