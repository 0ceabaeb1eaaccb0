"""The logarithm of the logistic function."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar


@dataclass(frozen=True, kw_only=True)
class LogSigmoid:
    """f(z) = -log(1 + e^-z) = min(z, 0) - log(1 + e^-|z|), f'(z) = 1 - e^f(z)."""

    key: ClassVar[str] = "log_sigmoid"
    summary: ClassVar[str] = "f(z) = -log(1 + e^-z)"
    aliases: ClassVar[tuple[str, ...]] = ("logsigmoid",)
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = True

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = min(z, 0) - log1p(e^-|z|), which overflows nowhere."""
        tail = scratch("tail")
        return [
            partial(np.abs, z, tail),
            partial(np.negative, tail, tail),
            partial(np.exp, tail, tail),
            partial(np.log1p, tail, tail),
            partial(np.minimum, z, scalar(0.0, z.dtype), out=y),
            partial(np.subtract, y, tail, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·(1 - e^y) as -dy·expm1(y)."""
        del z
        slope = scratch("tail")
        return [
            partial(np.expm1, y, slope),
            partial(np.multiply, dy, slope, dy),
            partial(np.negative, dy, dy),
        ]
