"""The smooth rectifier without exponentials."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real


@dataclass(frozen=True, kw_only=True)
class Squareplus:
    """f(z) = (z + √(z² + b)) / 2 = max(z, 0) + b/2 / (√(z² + b) + |z|), f'(z) = (1 + z / √(z² + b)) / 2.

    Source: Barron 2021.
    """

    key: ClassVar[str] = "squareplus"
    summary: ClassVar[str] = "f(z) = (z + √(z² + b)) / 2"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = False
    from_output: ClassVar[bool] = False

    b: float = real(4.0, exclusive_minimum=0, summary="How smooth it is: f(0) = √b / 2.")

    def __post_init__(self) -> None:
        check(self)

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute the root, then the second form, which loses no digits far below zero; keep the root."""
        root, tail = scratch("root"), scratch("tail")
        return [
            partial(np.multiply, z, z, root),
            partial(np.add, root, scalar(self.b, z.dtype), root),
            partial(np.sqrt, root, root),
            partial(np.abs, z, tail),
            partial(np.add, tail, root, tail),
            partial(np.divide, scalar(self.b / 2, z.dtype), tail, tail),
            partial(np.maximum, z, scalar(0.0, z.dtype), out=y),
            partial(np.add, y, tail, y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·(1 + z / root) / 2."""
        del y
        slope = scratch("root")
        return [
            partial(np.divide, z, slope, slope),
            partial(np.add, slope, scalar(1.0, z.dtype), slope),
            partial(np.multiply, slope, scalar(0.5, z.dtype), slope),
            partial(np.multiply, dy, slope, dy),
        ]
