"""The scaled exponential linear unit, which keeps mean and variance of what goes through."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.activations.elu import Elu
from neural.engine.arrays import Array, Calls, scalar

_ALPHA, _SCALE = 1.6732632423543772, 1.0507009873554805


@dataclass(frozen=True, kw_only=True)
class Selu:
    """f(z) = s·elu(z, a) with a = 1.67326…, s = 1.05070…, the fixed point of Klambauer et al. 2017."""

    key: ClassVar[str] = "selu"
    summary: ClassVar[str] = "f(z) = 1.0507 · elu(z, 1.6733); keeps mean 0 and variance 1"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = True
    from_output: ClassVar[bool] = False

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = s·elu(z)."""
        return [*Elu(alpha=_ALPHA).forward(z, y, scratch), partial(np.multiply, y, scalar(_SCALE, z.dtype), y)]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·s·elu'(z)."""
        return [*Elu(alpha=_ALPHA).backward(z, y, dy, scratch), partial(np.multiply, dy, scalar(_SCALE, z.dtype), dy)]
