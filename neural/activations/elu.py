"""The exponential linear unit."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real


@dataclass(frozen=True, kw_only=True)
class Elu:
    """f(z) = z for z > 0, else a·(e^z - 1); f'(z) = 1 for z > 0, else a·e^z (Clevert et al. 2016)."""

    key: ClassVar[str] = "elu"
    summary: ClassVar[str] = "f(z) = z for z > 0, else alpha · (e^z - 1)"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = True
    from_output: ClassVar[bool] = False

    alpha: float = real(1.0, minimum=0, summary="Where the function levels off: f(-∞) = -alpha.")

    def __post_init__(self) -> None:
        check(self)

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = max(z, 0) + a·(e^min(z, 0) - 1); keep the second part."""
        below = scratch("below")
        zero, alpha = scalar(0.0, z.dtype), scalar(self.alpha, z.dtype)
        return [
            partial(np.minimum, z, zero, out=below),
            partial(np.expm1, below, below),
            partial(np.multiply, below, alpha, below),
            partial(np.maximum, z, zero, out=y),
            partial(np.add, y, below, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·(below + a - (a - 1)·[z > 0]), where below = a·(e^z - 1) for z < 0 and 0 above."""
        del y
        below = scratch("below")
        alpha = scalar(self.alpha, z.dtype)
        calls: Calls = [partial(np.add, below, alpha, below)]
        if self.alpha != 1:  # above 0 that made a slope of alpha, where it must be 1
            above = scratch("above")
            calls += [
                partial(np.heaviside, z, scalar(0.0, z.dtype), above),
                partial(np.multiply, above, scalar(1 - self.alpha, z.dtype), above),
                partial(np.add, below, above, below),
            ]
        return [*calls, partial(np.multiply, dy, below, dy)]
