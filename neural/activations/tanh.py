"""The hyperbolic tangent."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls


@dataclass(frozen=True, kw_only=True)
class Tanh:
    """f(z) = tanh(z), f'(z) = 1 - f(z)²."""

    key: ClassVar[str] = "tanh"
    summary: ClassVar[str] = "f(z) = tanh(z)"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = True

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = tanh(z)."""
        del scratch
        return [partial(np.tanh, z, y)]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy - dy·y²."""
        del z
        slope = scratch("slope")
        return [
            partial(np.multiply, y, y, slope),
            partial(np.multiply, slope, dy, slope),
            partial(np.subtract, dy, slope, dy),
        ]
