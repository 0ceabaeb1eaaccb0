"""Gaussian noise on the values while training."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls, scalar
from neural.fields import check, real
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse


@dataclass(frozen=True, kw_only=True)
class GaussianNoise(Layer):
    """y = x + s·n while training, with a new standard normal n for every value; y = x afterwards (Bishop 1995)."""

    key: ClassVar[str] = "gaussian_noise"
    summary: ClassVar[str] = "Adds normal noise to the values while training."
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    stddev: float = real(minimum=0, summary="Standard deviation of the noise.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = x + s·n; backward dx = dy."""
        x, y = buffers.x_values, buffers.y_values
        leave: Calls = [] if buffers.dx is None else [partial(np.copyto, buffers.dx, buffers.dy)]
        if buffers.generator is None or self.stddev == 0:
            return Bound([partial(np.copyto, y, x)], leave)
        noise = buffers.scratch("noise", y.shape)
        forward: Calls = [
            partial(buffers.generator.standard_normal, None, y.dtype.type, noise),
            partial(np.multiply, noise, scalar(self.stddev, y.dtype), noise),
            partial(np.add, x, noise, y),
        ]
        return Bound(forward, leave)
