"""Learning-rate schedules that fall by powers, fractions and steps."""

import math
from dataclasses import dataclass
from typing import ClassVar

from neural.fields import flag, integer, real
from neural.schedules.base import Schedule

_STEPS = "Steps in which the rate falls once by its factor; 0: all steps of the training."


@dataclass(frozen=True, kw_only=True)
class Step(Schedule):
    """η(t) = η·factor^⌊t / k⌋ for `decay_steps` k."""

    key: ClassVar[str] = "step"
    summary: ClassVar[str] = "The rate falls by a factor every so many steps, and stays in between."
    aliases: ClassVar[tuple[str, ...]] = ("step_decay",)

    decay_steps: int = integer(0, minimum=0, summary="Steps between two falls; 0: a third of the training.")
    factor: float = real(0.1, exclusive_minimum=0, maximum=1, summary="What the rate is multiplied by at each fall.")

    def after_warmup(self, learning_rate: float, step: int, steps: int) -> float:
        """Count the falls so far."""
        return float(learning_rate * self.factor ** (step // (self.decay_steps or max(1, -(-steps // 3)))))


@dataclass(frozen=True, kw_only=True)
class Exponential(Schedule):
    """η(t) = η·rate^(t / k) for `decay_steps` k, with ⌊t / k⌋ if `staircase`; Keras' ExponentialDecay."""

    key: ClassVar[str] = "exponential"
    summary: ClassVar[str] = "The rate falls by the same factor in every step."
    aliases: ClassVar[tuple[str, ...]] = ("exponential_decay",)

    decay_steps: int = integer(0, minimum=0, summary=_STEPS)
    decay_rate: float = real(0.1, exclusive_minimum=0, summary="What the rate is multiplied by in `decay_steps`.")
    staircase: bool = flag(default=False, summary="Whether it falls in whole stairs only.")

    def after_warmup(self, learning_rate: float, step: int, steps: int) -> float:
        """Raise the factor to the share that is done."""
        share = step / (self.decay_steps or steps)
        return float(learning_rate * self.decay_rate ** (math.floor(share) if self.staircase else share))


@dataclass(frozen=True, kw_only=True)
class InverseTime(Schedule):
    """η(t) = η / (1 + rate·t / k) for `decay_steps` k, with ⌊t / k⌋ if `staircase`; Keras' InverseTimeDecay."""

    key: ClassVar[str] = "inverse_time"
    summary: ClassVar[str] = "The rate falls as one over time."
    aliases: ClassVar[tuple[str, ...]] = ("inverse_time_decay",)

    decay_steps: int = integer(0, minimum=0, summary="Steps in which time grows by one; 0: all steps of the training.")
    decay_rate: float = real(1.0, minimum=0, summary="How fast it falls.")
    staircase: bool = flag(default=False, summary="Whether it falls in whole stairs only.")

    def after_warmup(self, learning_rate: float, step: int, steps: int) -> float:
        """Divide by the time that is over."""
        share = step / (self.decay_steps or steps)
        return learning_rate / (1 + self.decay_rate * (math.floor(share) if self.staircase else share))


@dataclass(frozen=True, kw_only=True)
class Polynomial(Schedule):
    """η(t) = (η - end)·(1 - t / k)^power + end until step k, then `end`; Keras' PolynomialDecay.

    With `cycle`, k grows to the next multiple of `decay_steps` instead, so that the rate rises again.
    """

    key: ClassVar[str] = "polynomial"
    summary: ClassVar[str] = "The rate falls along a power, in a straight line by default, to an end value."
    aliases: ClassVar[tuple[str, ...]] = ("polynomial_decay", "linear")

    decay_steps: int = integer(0, minimum=0, summary="Steps until the end value; 0: all steps of the training.")
    end_learning_rate: float = real(0.0001, minimum=0, summary="Where the rate ends.")
    power: float = real(1.0, exclusive_minimum=0, summary="1: a straight line.")
    cycle: bool = flag(default=False, summary="Whether it starts anew after `decay_steps`.")

    def after_warmup(self, learning_rate: float, step: int, steps: int) -> float:
        """Follow the power."""
        length = self.decay_steps or steps
        if self.cycle:
            length *= max(1, math.ceil(step / length))
        left = 1 - min(step, length) / length
        return float((learning_rate - self.end_learning_rate) * left**self.power + self.end_learning_rate)
