"""A learning rate that is constant between steps that are named."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import ClassVar

from neural.errors import ParameterOutOfRange
from neural.fields import numbers
from neural.schedules.base import Schedule

HALF_AND_THREE_QUARTERS = (0.5, 0.75)


@dataclass(frozen=True, kw_only=True)
class Piecewise(Schedule):
    """η(t) = η·factors[i] where i boundaries lie before t; Keras' PiecewiseConstantDecay with values η·factors.

    Without boundaries they are half and three quarters of the training.
    """

    key: ClassVar[str] = "piecewise"
    summary: ClassVar[str] = "The rate is one factor until the first boundary, another until the second, and so on."
    aliases: ClassVar[tuple[str, ...]] = ("piecewise_constant", "piecewise_constant_decay", "multi_step")

    boundaries: tuple[int, ...] = numbers(
        (), whole=True, minimum=0, summary="Last step of each piece but the last; none: half and three quarters of all."
    )
    factors: tuple[float, ...] = numbers(
        (1.0, 0.1, 0.01), whole=False, minimum=0, summary="What the rate is multiplied by, one more than boundaries."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if list(self.boundaries) != sorted(set(self.boundaries)):
            raise ParameterOutOfRange(self.key, "boundaries", list(self.boundaries), expected="steps in rising order")
        pieces = len(self.boundaries or HALF_AND_THREE_QUARTERS) + 1
        if len(self.factors) != pieces:
            expected = f"{pieces} factors, one more than there are boundaries"
            raise ParameterOutOfRange(self.key, "factors", list(self.factors), expected=expected)

    def after_warmup(self, learning_rate: float, step: int, steps: int) -> float:
        """Count the boundaries that are passed."""
        boundaries = self.boundaries or [share * steps - 1 for share in HALF_AND_THREE_QUARTERS]
        return learning_rate * self.factors[bisect_left(boundaries, step)]
