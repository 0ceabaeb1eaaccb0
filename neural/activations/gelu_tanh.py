"""The Gaussian error linear unit, by a hyperbolic tangent."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar

_ROOT, _CUBIC = math.sqrt(2 / math.pi), 0.044715


@dataclass(frozen=True, kw_only=True)
class GeluTanh:
    """f(z) = z·(1 + t)/2 with t = tanh(u), u = √(2/π)·(z + 0.044715·z³) (Hendrycks & Gimpel 2016).

    f'(z) = (1 + t)/2 + z·(1 - t²)·u'/2 with u' = √(2/π)·(1 + 3·0.044715·z²).
    """

    key: ClassVar[str] = "gelu_tanh"
    summary: ClassVar[str] = "The tanh approximation of gelu, as Keras' gelu(approximate=True)."
    aliases: ClassVar[tuple[str, ...]] = ("gelu_approximate",)
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = False

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute t, then y; keep t and z²."""
        square, gate = scratch("square"), scratch("gate")
        return [
            partial(np.multiply, z, z, square),
            partial(np.multiply, square, scalar(_ROOT * _CUBIC, z.dtype), gate),
            partial(np.add, gate, scalar(_ROOT, z.dtype), gate),
            partial(np.multiply, gate, z, gate),
            partial(np.tanh, gate, gate),
            partial(np.multiply, z, gate, y),
            partial(np.add, y, z, y),
            partial(np.multiply, y, scalar(0.5, z.dtype), y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·((1 + t)/2 + z·(1 - t²)·u'/2)."""
        del y
        square, gate, slope = scratch("square"), scratch("gate"), scratch("slope")
        half, one = scalar(0.5, z.dtype), scalar(1.0, z.dtype)
        return [
            partial(np.multiply, square, scalar(3 * _ROOT * _CUBIC, z.dtype), slope),
            partial(np.add, slope, scalar(_ROOT, z.dtype), slope),
            partial(np.multiply, slope, z, slope),
            partial(np.multiply, gate, gate, square),
            partial(np.subtract, one, square, square),
            partial(np.multiply, slope, square, slope),
            partial(np.add, slope, gate, slope),
            partial(np.add, slope, one, slope),
            partial(np.multiply, slope, half, slope),
            partial(np.multiply, dy, slope, dy),
        ]
