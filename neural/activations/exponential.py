"""The exponential function, for outputs that are positive."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls


@dataclass(frozen=True, kw_only=True)
class Exponential:
    """f(z) = e^z, f'(z) = f(z)."""

    key: ClassVar[str] = "exponential"
    summary: ClassVar[str] = "f(z) = e^z"
    aliases: ClassVar[tuple[str, ...]] = ("exp",)
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = True

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = e^z."""
        del scratch
        return [partial(np.exp, z, y)]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·y."""
        del z, scratch
        return [partial(np.multiply, dy, y, dy)]
