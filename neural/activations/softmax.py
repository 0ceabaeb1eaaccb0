"""Positive shares that sum to one."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.arrays import Array, Calls


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
        row = scratch("row")[0]
        return [
            partial(np.maximum.reduce, z, 0, None, row),
            partial(np.subtract, z, row, y),
            partial(np.exp, y, y),
            partial(np.add.reduce, y, 0, None, row),
            partial(np.divide, y, row, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute y·(dy - Σ_j dy_j·y_j)."""
        del z
        product, row = scratch("product"), scratch("row")[0]
        return [
            partial(np.multiply, dy, y, product),
            partial(np.add.reduce, product, 0, None, row),
            partial(np.subtract, dy, row, dy),
            partial(np.multiply, dy, y, dy),
        ]
