"""The linear unit with a gate of straight lines, also called hard swish."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.activations.hard_sigmoid import HardSigmoid
from neural.engine.arrays import Array, Calls, scalar


@dataclass(frozen=True, kw_only=True)
class HardSilu:
    """f(z) = z·h(z) with h(z) = min(max(z/6 + 1/2, 0), 1); f'(z) = h(z) + z/6·[0 < h < 1] (Howard et al. 2019)."""

    key: ClassVar[str] = "hard_silu"
    summary: ClassVar[str] = "f(z) = z · hard_sigmoid(z)"
    aliases: ClassVar[tuple[str, ...]] = ("hard_swish",)
    has_kink: ClassVar[bool] = True
    kinks_at: ClassVar[tuple[float, ...]] = (0.0, 3.0)
    from_output: ClassVar[bool] = False

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute the gate h, then y = z·h; keep the gate."""
        gate = scratch("gate")
        return [*HardSigmoid().forward(z, gate, scratch), partial(np.multiply, z, gate, y)]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·(h + z/6·⌈h - h²⌉)."""
        del y
        gate, slope = scratch("gate"), scratch("slope")
        return [
            partial(np.multiply, gate, gate, slope),
            partial(np.subtract, gate, slope, slope),
            partial(np.ceil, slope, slope),
            partial(np.multiply, slope, scalar(1 / 6, z.dtype), slope),
            partial(np.multiply, slope, z, slope),
            partial(np.add, slope, gate, slope),
            partial(np.multiply, dy, slope, dy),
        ]
