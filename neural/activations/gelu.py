"""The Gaussian error linear unit, exact."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.activations.normal import upper_tail
from neural.engine.arrays import Array, Calls, scalar


@dataclass(frozen=True, kw_only=True)
class Gelu:
    """f(z) = z·Φ(z) with Φ(z) = (1 + erf(z/√2)) / 2, f'(z) = Φ(z) + z·e^(-z²/2)/√(2π) (Hendrycks & Gimpel 2016).

    Computed as max(z, 0) - |z|·Q(|z|) with the upper tail Q = 1 - Φ: no branches, and precise on both sides.
    """

    key: ClassVar[str] = "gelu"
    summary: ClassVar[str] = "f(z) = z · Φ(z), Φ the normal distribution; exact, not the tanh approximation."
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = False

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = max(z, 0) - |z|·Q(|z|); keep the bell e^(-z²/2) and the tail Q(|z|)."""
        distance, bell, tail = scratch("distance"), scratch("bell"), scratch("tail")
        return [
            partial(np.abs, z, distance),
            *upper_tail(distance, bell, tail, scratch("ratio")),
            partial(np.multiply, distance, tail, distance),
            partial(np.maximum, z, scalar(0.0, z.dtype), out=y),
            partial(np.subtract, y, distance, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·(Φ(z) + z·bell/√(2π)) with Φ(z) = 1/2 ± (1/2 - Q(|z|)), the sign being that of z."""
        del y
        bell, slope = scratch("bell"), scratch("tail")
        half = scalar(0.5, z.dtype)
        return [
            partial(np.subtract, half, slope, slope),
            partial(np.copysign, slope, z, slope),
            partial(np.add, slope, half, slope),
            partial(np.multiply, bell, scalar(1 / math.sqrt(2 * math.pi), z.dtype), bell),
            partial(np.multiply, bell, z, bell),
            partial(np.add, slope, bell, slope),
            partial(np.multiply, dy, slope, dy),
        ]
