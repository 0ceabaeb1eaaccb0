"""The logarithm of positive shares that sum to one."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls
from neural.engine.reductions import spread_maximum, spread_sum


@dataclass(frozen=True, kw_only=True)
class LogSoftmax:
    """f(z)_i = z_i - log Σ_j e^z_j over the features; dz = dy - e^y·Σ_j dy_j."""

    key: ClassVar[str] = "log_softmax"
    summary: ClassVar[str] = "f(z)_i = z_i - log sum_j e^z_j"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = True

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = (z - max z) - log Σ e^(z - max z)."""
        spread, powers = scratch("spread"), scratch("powers")
        return [
            *spread_maximum(z, spread),
            partial(np.subtract, z, spread, y),
            partial(np.exp, y, powers),
            *spread_sum(powers, spread),
            partial(np.log, spread, spread),
            partial(np.subtract, y, spread, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy - e^y·Σ dy."""
        del z
        spread, powers = scratch("spread"), scratch("powers")
        return [
            partial(np.exp, y, powers),
            *spread_sum(dy, spread),
            partial(np.multiply, powers, spread, powers),
            partial(np.subtract, dy, powers, dy),
        ]
