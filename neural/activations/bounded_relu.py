"""The rectifier with an upper bound, a slope below and a threshold."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar
from neural.errors import ParameterOutOfRange
from neural.fields import check, real


@dataclass(frozen=True, kw_only=True)
class BoundedRelu:
    """f(z) = min(z, max_value) for z > threshold, else negative_slope · (z - threshold); as Keras' ReLU.

    f'(z) = 1 from above the threshold to the bound, 0 beyond it, negative_slope below. By default relu6, which keeps
    values small where numbers have few bits (Krizhevsky 2010).
    """

    key: ClassVar[str] = "bounded_relu"
    summary: ClassVar[str] = "f(z) = min(z, max_value) for z > threshold, else negative_slope · (z - threshold)"
    aliases: ClassVar[tuple[str, ...]] = ("relu6",)
    has_kink: ClassVar[bool] = True
    from_output: ClassVar[bool] = False

    max_value: float = real(6.0, minimum=0, summary="Largest output; 0: no bound.")
    negative_slope: float = real(0.0, minimum=0, maximum=1, summary="Slope below the threshold.")
    threshold: float = real(0.0, minimum=0, summary="What a number must lie above to pass.")

    def __post_init__(self) -> None:
        check(self)
        if 0 < self.max_value <= self.threshold:
            expected = f"0, or a number above the threshold, {self.threshold:g}"
            raise ParameterOutOfRange(self.key, "max_value", self.max_value, expected=expected)

    @property
    def kinks_at(self) -> tuple[float, ...]:
        """Outputs at which the slope jumps."""
        return (0.0, self.max_value) if self.max_value else (0.0,)

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute the bounded value times [z > threshold], and what leaks below; keep the bracket."""
        passed, threshold = scratch("passed"), scalar(self.threshold, z.dtype)
        calls: Calls = [
            partial(np.subtract, z, threshold, passed),
            partial(np.heaviside, passed, scalar(0.0, z.dtype), passed),
        ]
        if self.max_value:
            calls += [
                partial(np.minimum, z, scalar(self.max_value, z.dtype), out=y),
                partial(np.multiply, y, passed, y),
            ]
        else:
            calls.append(partial(np.multiply, z, passed, y))
        if self.negative_slope:
            below = scratch("below")
            calls += [
                partial(np.subtract, z, threshold, below),
                partial(np.minimum, below, scalar(0.0, z.dtype), out=below),
                partial(np.multiply, below, scalar(self.negative_slope, z.dtype), below),
                partial(np.add, y, below, y),
            ]
        return calls

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Compute dy·((1 - a)·[z > threshold] + a)·[z < max_value]."""
        del y
        passed, a = scratch("passed"), self.negative_slope
        calls: Calls = []
        if a:
            span, slope = scalar(1 - a, z.dtype), scalar(a, z.dtype)
            calls += [partial(np.multiply, passed, span, passed), partial(np.add, passed, slope, passed)]
        if self.max_value:
            inside = scratch("inside")
            calls += [
                partial(np.subtract, scalar(self.max_value, z.dtype), z, inside),
                partial(np.heaviside, inside, scalar(0.0, z.dtype), inside),
                partial(np.multiply, passed, inside, passed),
            ]
        return [*calls, partial(np.multiply, dy, passed, dy)]
