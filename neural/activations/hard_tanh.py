"""The hyperbolic tangent, drawn with three straight lines."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar


@dataclass(frozen=True, kw_only=True)
class HardTanh:
    """f(z) = min(max(z, -1), 1), f'(z) = 1 where -1 ≤ z ≤ 1, else 0 (Collobert 2004)."""

    key: ClassVar[str] = "hard_tanh"
    summary: ClassVar[str] = "f(z) = z, held between -1 and 1"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = True
    kinks_at: ClassVar[tuple[float, ...]] = (-1.0, 1.0)
    from_output: ClassVar[bool] = False

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Hold z."""
        del scratch
        return [
            partial(np.minimum, z, scalar(1.0, z.dtype), out=y),
            partial(np.maximum, y, scalar(-1.0, z.dtype), out=y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·[1 - |z| ≥ 0]."""
        del y
        slope, one = scratch("slope"), scalar(1.0, z.dtype)
        return [
            partial(np.abs, z, slope),
            partial(np.subtract, one, slope, slope),
            partial(np.heaviside, slope, one, slope),
            partial(np.multiply, dy, slope, dy),
        ]
