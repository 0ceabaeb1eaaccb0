"""The exponential linear unit whose slope does not jump."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real


@dataclass(frozen=True, kw_only=True)
class Celu:
    """f(z) = z for z > 0, else a·(e^(z/a) - 1); f'(z) = 1 for z > 0, else e^(z/a) = f(z)/a + 1 (Barron 2017)."""

    key: ClassVar[str] = "celu"
    summary: ClassVar[str] = "f(z) = z for z > 0, else alpha · (e^(z / alpha) - 1)"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = True
    from_output: ClassVar[bool] = True

    alpha: float = real(1.0, exclusive_minimum=0, summary="Where the function levels off: f(-∞) = -alpha.")

    def __post_init__(self) -> None:
        check(self)

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = max(z, 0) + a·(e^(min(z, 0)/a) - 1)."""
        below = scratch("below")
        zero, alpha = scalar(0.0, z.dtype), scalar(self.alpha, z.dtype)
        return [
            partial(np.minimum, z, zero, out=below),
            partial(np.divide, below, alpha, below),
            partial(np.expm1, below, below),
            partial(np.multiply, below, alpha, below),
            partial(np.maximum, z, zero, out=y),
            partial(np.add, y, below, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·(min(y, 0)/a + 1)."""
        del z
        slope = scratch("below")
        return [
            partial(np.minimum, y, scalar(0.0, y.dtype), out=slope),
            partial(np.divide, slope, scalar(self.alpha, y.dtype), slope),
            partial(np.add, slope, scalar(1.0, y.dtype), slope),
            partial(np.multiply, dy, slope, dy),
        ]
