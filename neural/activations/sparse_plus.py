"""The smooth rectifier that is exactly 0 below -1 and exactly z above 1."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar


@dataclass(frozen=True, kw_only=True)
class SparsePlus:
    """f(z) = h² + max(z - 1, 0) with h = min(max((z + 1)/2, 0), 1), f'(z) = h: 0, (z + 1)²/4, z. As JAX' function.

    Source: Martins & Astudillo 2016, whose sparsemax it belongs to.
    """

    key: ClassVar[str] = "sparse_plus"
    summary: ClassVar[str] = "f(z) = 0 for z ≤ -1, z for z ≥ 1, (z + 1)² / 4 between"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = True
    kinks_at: ClassVar[tuple[float, ...]] = (0.0, 1.0)
    from_output: ClassVar[bool] = False

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute h, then y = h² + max(z - 1, 0); keep h."""
        slope, square = scratch("slope"), scratch("square")
        zero, one, half = (scalar(value, z.dtype) for value in (0.0, 1.0, 0.5))
        return [
            partial(np.add, z, one, slope),
            partial(np.multiply, slope, half, slope),
            partial(np.minimum, slope, one, out=slope),
            partial(np.maximum, slope, zero, out=slope),
            partial(np.multiply, slope, slope, square),
            partial(np.subtract, z, one, y),
            partial(np.maximum, y, zero, out=y),
            partial(np.add, y, square, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·h."""
        del z, y
        return [partial(np.multiply, dy, scratch("slope"), dy)]
