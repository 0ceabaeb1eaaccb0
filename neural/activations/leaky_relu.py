"""The rectifier that lets a little through."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real


@dataclass(frozen=True, kw_only=True)
class LeakyRelu:
    """f(z) = max(z, a·z), f'(z) = 1 for z ≥ 0, else a; Keras 3 has a = 0.2."""

    key: ClassVar[str] = "leaky_relu"
    summary: ClassVar[str] = "f(z) = max(z, negative_slope · z)"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = True
    from_output: ClassVar[bool] = False

    negative_slope: float = real(0.2, minimum=0, maximum=1, summary="Slope for z < 0.")

    def __post_init__(self) -> None:
        check(self)

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = max(z, a·z), which holds for a ≤ 1."""
        del scratch
        slope = scalar(self.negative_slope, z.dtype)
        return [partial(np.multiply, z, slope, y), partial(np.maximum, z, y, out=y)]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·((1 - a)·[z ≥ 0] + a), with the bracket taken from the sign bit of z."""
        del y
        slope = scratch("slope")
        span = scalar(1 - self.negative_slope, z.dtype)
        zero, a = scalar(0.0, z.dtype), scalar(self.negative_slope, z.dtype)
        return [
            partial(np.copysign, span, z, slope),
            partial(np.maximum, slope, zero, out=slope),
            partial(np.add, slope, a, slope),
            partial(np.multiply, dy, slope, dy),
        ]
