"""The activation that does nothing."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls


@dataclass(frozen=True, kw_only=True)
class Linear:
    """f(z) = z, f'(z) = 1."""

    key: ClassVar[str] = "linear"
    summary: ClassVar[str] = "f(z) = z"
    aliases: ClassVar[tuple[str, ...]] = ("identity",)
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = True

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = z."""
        del scratch
        return [] if z is y else [partial(np.copyto, y, z)]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Leave dy as it is."""
        del z, y, dy, scratch
        return []
