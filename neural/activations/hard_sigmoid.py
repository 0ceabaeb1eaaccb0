"""The logistic function, drawn with three straight lines."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar


@dataclass(frozen=True, kw_only=True)
class HardSigmoid:
    """f(z) = min(max(z/6 + 1/2, 0), 1), f'(z) = 1/6 where 0 < f(z) < 1, else 0; as in Keras 3."""

    key: ClassVar[str] = "hard_sigmoid"
    summary: ClassVar[str] = "f(z) = z/6 + 1/2, held between 0 and 1"
    aliases: ClassVar[tuple[str, ...]] = ()
    has_kink: ClassVar[bool] = True
    kinks_at: ClassVar[tuple[float, ...]] = (0.0, 1.0)
    from_output: ClassVar[bool] = True

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute the line, then hold it."""
        del scratch
        return [
            partial(np.multiply, z, scalar(1 / 6, z.dtype), y),
            partial(np.add, y, scalar(0.5, z.dtype), y),
            partial(np.minimum, y, scalar(1.0, z.dtype), out=y),
            partial(np.maximum, y, scalar(0.0, z.dtype), out=y),
        ]

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·⌈y - y²⌉ / 6: y - y² is 0 where the function is flat, and at most 1/4."""
        del z
        slope = scratch("slope")
        return [
            partial(np.multiply, y, y, slope),
            partial(np.subtract, y, slope, slope),
            partial(np.ceil, slope, slope),
            partial(np.multiply, slope, scalar(1 / 6, y.dtype), slope),
            partial(np.multiply, dy, slope, dy),
        ]
