"""The sign, made smooth by a fraction."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar


@dataclass(frozen=True, kw_only=True)
class Softsign:
    """f(z) = z / (1 + |z|), f'(z) = 1 / (1 + |z|)² = (1 - |f(z)|)² (Bergstra et al. 2009)."""

    key: ClassVar[str] = "softsign"
    summary: ClassVar[str] = "f(z) = z / (1 + |z|)"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = True  # not of f' but of f'', which spoils differences as well
    from_output: ClassVar[bool] = True

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = z / (1 + |z|)."""
        size = scratch("size")
        return [
            partial(np.abs, z, size),
            partial(np.add, size, scalar(1.0, z.dtype), size),
            partial(np.divide, z, size, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·(1 - |y|)²."""
        del z
        slope = scratch("size")
        return [
            partial(np.abs, y, slope),
            partial(np.subtract, scalar(1.0, y.dtype), slope, slope),
            partial(np.multiply, slope, slope, slope),
            partial(np.multiply, dy, slope, dy),
        ]
