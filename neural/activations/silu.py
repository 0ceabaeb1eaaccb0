"""The linear unit with a logistic gate, also called swish."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.activations.sigmoid import Sigmoid
from neural.engine.arrays import Array, Calls


@dataclass(frozen=True, kw_only=True)
class Silu:
    """f(z) = z·σ(z), f'(z) = σ(z) + f(z)·(1 - σ(z)) (Elfwing et al. 2018)."""

    key: ClassVar[str] = "silu"
    summary: ClassVar[str] = "f(z) = z / (1 + e^-z)"
    aliases: ClassVar[tuple[str, ...]] = ("swish",)
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = False

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute the gate σ(z), then y = z·gate; keep the gate."""
        gate = scratch("gate")
        return [*Sigmoid().forward(z, gate, scratch), partial(np.multiply, z, gate, y)]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·(gate + y - y·gate)."""
        del z
        gate, slope = scratch("gate"), scratch("slope")
        return [
            partial(np.multiply, y, gate, slope),
            partial(np.subtract, y, slope, slope),
            partial(np.add, slope, gate, slope),
            partial(np.multiply, dy, slope, dy),
        ]
