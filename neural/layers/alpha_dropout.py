"""Alpha dropout: dropout that keeps mean 0 and variance 1, for networks of SELUs."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

import numpy as np

from neural.engine.arrays import Calls, scalar
from neural.fields import check, real
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse

LOWEST: Final = -1.0507009873554805 * 1.6732632423543772  # what SELU tends to far below zero


@dataclass(frozen=True, kw_only=True)
class AlphaDropout(Layer):
    """y = a·(x·m + α'·(1 - m)) + b while training, where each m is 0 with probability `rate`, else 1; y = x afterwards.

    α' = -1.758 is SELU's least value; a = ((1 - rate)·(1 + rate·α'²))^-½ and b = -a·α'·rate keep mean and variance.
    Source: Klambauer et al. 2017.
    """

    key: ClassVar[str] = "alpha_dropout"
    summary: ClassVar[str] = (
        "Sets a random share of the values to SELU's least while training; keeps mean and variance."
    )
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    rate: float = real(minimum=0, exclusive_maximum=1, summary="Share of the values to set.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = x·m̂ + (α'·a + b - α'·m̂) with m̂ = a·⌊u + keep⌋ for uniform u in [0, 1); backward dx = dy·m̂."""
        x, y, dx = buffers.x_values, buffers.y_values, buffers.dx
        if buffers.generator is None or self.rate == 0:
            return Bound([partial(np.copyto, y, x)], [] if dx is None else [partial(np.copyto, dx, buffers.dy)])
        a = ((1 - self.rate) * (1 + self.rate * LOWEST**2)) ** -0.5
        mask, dtype = buffers.scratch("mask", y.shape), y.dtype
        forward: Calls = [
            partial(buffers.generator.random, None, dtype.type, mask),
            partial(np.add, mask, scalar(1 - self.rate, dtype), mask),
            partial(np.floor, mask, mask),
            partial(np.multiply, mask, scalar(a, dtype), mask),
            partial(np.subtract, x, scalar(LOWEST, dtype), y),
            partial(np.multiply, y, mask, y),
            partial(np.add, y, scalar(a * LOWEST * (1 - self.rate), dtype), y),
        ]
        return Bound(forward, [] if dx is None else [partial(np.multiply, buffers.dy, mask, dx)])
