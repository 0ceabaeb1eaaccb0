"""The logistic function."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar


@dataclass(frozen=True, kw_only=True)
class Sigmoid:
    """f(z) = 1 / (1 + e^-z) = (1 + tanh(z/2)) / 2, f'(z) = f(z)·(1 - f(z)).

    The form with tanh cannot overflow.
    """

    key: ClassVar[str] = "sigmoid"
    summary: ClassVar[str] = "f(z) = 1 / (1 + e^-z)"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = True

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = tanh(z/2)/2 + 1/2."""
        del scratch
        half = scalar(0.5, z.dtype)
        return [
            partial(np.multiply, z, half, y),
            partial(np.tanh, y, y),
            partial(np.multiply, y, half, y),
            partial(np.add, y, half, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·(y - y²)."""
        del z
        slope = scratch("slope")
        return [
            partial(np.multiply, y, y, slope),
            partial(np.subtract, y, slope, slope),
            partial(np.multiply, dy, slope, dy),
        ]
