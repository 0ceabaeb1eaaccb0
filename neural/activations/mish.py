"""The linear unit with a smooth gate of its own."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.activations.softplus import Softplus
from neural.engine.arrays import Array, Calls, scalar


@dataclass(frozen=True, kw_only=True)
class Mish:
    """f(z) = z·t with t = tanh(p), p = log(1 + e^z); f'(z) = t + z·(1 - t²)·(1 - e^-p) (Misra 2019)."""

    key: ClassVar[str] = "mish"
    summary: ClassVar[str] = "f(z) = z · tanh(log(1 + e^z))"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = False

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute p and t, then y = z·t; keep both."""
        smooth, gate = scratch("smooth"), scratch("gate")
        return [
            *Softplus().forward(z, smooth, scratch),
            partial(np.tanh, smooth, gate),
            partial(np.multiply, z, gate, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·(t - z·(1 - t²)·expm1(-p))."""
        del y
        smooth, gate, slope = scratch("smooth"), scratch("gate"), scratch("slope")
        return [
            partial(np.negative, smooth, smooth),
            partial(np.expm1, smooth, smooth),
            partial(np.multiply, gate, gate, slope),
            partial(np.subtract, slope, scalar(1.0, slope.dtype), slope),
            partial(np.multiply, slope, smooth, slope),
            partial(np.multiply, slope, z, slope),
            partial(np.add, slope, gate, slope),
            partial(np.multiply, dy, slope, dy),
        ]
