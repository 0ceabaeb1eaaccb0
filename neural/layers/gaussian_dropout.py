"""Gaussian dropout: values multiplied by normal noise around 1 while training."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls, scalar
from neural.fields import check, real
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse


@dataclass(frozen=True, kw_only=True)
class GaussianDropout(Layer):
    """y = x·n while training, with a new n of mean 1 and variance rate / (1 - rate) for every value; y = x afterwards.

    So mean and variance are those of dropout at this rate. Source: Srivastava et al. 2014, section 10.
    """

    key: ClassVar[str] = "gaussian_dropout"
    summary: ClassVar[str] = "Multiplies the values by normal noise around 1 while training."
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    rate: float = real(minimum=0, exclusive_maximum=1, summary="Share that dropout with this variance would clear.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = x·n; backward dx = dy·n."""
        x, y, dx = buffers.x_values, buffers.y_values, buffers.dx
        if buffers.generator is None or self.rate == 0:
            return Bound([partial(np.copyto, y, x)], [] if dx is None else [partial(np.copyto, dx, buffers.dy)])
        noise, spread = buffers.scratch("noise", y.shape), math.sqrt(self.rate / (1 - self.rate))
        forward: Calls = [
            partial(buffers.generator.standard_normal, None, y.dtype.type, noise),
            partial(np.multiply, noise, scalar(spread, y.dtype), noise),
            partial(np.add, noise, scalar(1.0, y.dtype), noise),
            partial(np.multiply, x, noise, y),
        ]
        return Bound(forward, [] if dx is None else [partial(np.multiply, buffers.dy, noise, dx)])
