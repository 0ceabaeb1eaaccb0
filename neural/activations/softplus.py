"""The smooth rectifier."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar


@dataclass(frozen=True, kw_only=True)
class Softplus:
    """f(z) = log(1 + e^z) = max(z, 0) + log(1 + e^-|z|), f'(z) = 1 / (1 + e^-z) = 1 - e^-f(z)."""

    key: ClassVar[str] = "softplus"
    summary: ClassVar[str] = "f(z) = log(1 + e^z)"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = True

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = max(z, 0) + log1p(e^-|z|), which overflows nowhere."""
        tail = scratch("tail")
        return [
            partial(np.abs, z, tail),
            partial(np.negative, tail, tail),
            partial(np.exp, tail, tail),
            partial(np.log1p, tail, tail),
            partial(np.maximum, z, scalar(0.0, z.dtype), out=y),
            partial(np.add, y, tail, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·(1 - e^-y) as -dy·expm1(-y)."""
        del z
        slope = scratch("tail")
        return [
            partial(np.negative, y, slope),
            partial(np.expm1, slope, slope),
            partial(np.multiply, dy, slope, dy),
            partial(np.negative, dy, dy),
        ]
