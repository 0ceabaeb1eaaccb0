"""Positive shares that sum to one."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls
from neural.engine.reductions import spread_maximum, spread_sum


@dataclass(frozen=True, kw_only=True)
class Softmax:
    """f(z)_i = e^z_i / Σ_j e^z_j over the features; the Jacobian is diag(y) - y·yᵀ."""

    key: ClassVar[str] = "softmax"
    summary: ClassVar[str] = "f(z)_i = e^z_i / sum_j e^z_j"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = True

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = e^(z - max z) / Σ e^(z - max z); the shift by the maximum keeps the powers finite."""
        spread = scratch("spread")
        return [
            *spread_maximum(z, spread),
            partial(np.subtract, z, spread, y),
            partial(np.exp, y, y),
            *spread_sum(y, spread),
            partial(np.divide, y, spread, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute y·(dy - Σ_j dy_j·y_j)."""
        del z
        product, spread = scratch("product"), scratch("spread")
        return [
            partial(np.multiply, dy, y, product),
            *spread_sum(product, spread),
            partial(np.subtract, dy, spread, dy),
            partial(np.multiply, dy, y, dy),
        ]
