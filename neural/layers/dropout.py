"""Dropout: a random share of the values is cleared while training."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls, scalar
from neural.fields import check, real
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse


@dataclass(frozen=True, kw_only=True)
class Dropout(Layer):
    """y = x·m / (1 - rate) while training, where each m is 0 with probability `rate`, else 1; y = x afterwards.

    Source: Srivastava et al. 2014, in the inverted form that Keras uses.
    """

    key: ClassVar[str] = "dropout"
    summary: ClassVar[str] = "Clears a random share of the values while training, and scales up the others."
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    rate: float = real(minimum=0, exclusive_maximum=1, summary="Share of the values to clear.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = x·m̂ with m̂ = ⌊u + keep⌋ / keep for uniform u in [0, 1); backward dx = dy·m̂."""
        x, y = buffers.x_values, buffers.y_values
        leave: Calls = [] if buffers.dx is None else [partial(np.copyto, buffers.dx, buffers.dy)]
        if buffers.generator is None or self.rate == 0:
            return Bound([partial(np.copyto, y, x)], leave)
        mask = buffers.scratch("mask", y.shape)
        keep = scalar(1 - self.rate, y.dtype)
        forward: Calls = [
            partial(buffers.generator.random, None, y.dtype.type, mask),
            partial(np.add, mask, keep, mask),
            partial(np.floor, mask, mask),
            partial(np.divide, mask, keep, mask),
            partial(np.multiply, x, mask, y),
        ]
        backward: Calls = [] if buffers.dx is None else [partial(np.multiply, buffers.dy, mask, buffers.dx)]
        return Bound(forward, backward)
