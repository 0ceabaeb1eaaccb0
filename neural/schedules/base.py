"""The interface of a learning-rate schedule: the rate of each step, after a warm-up if one is wanted."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from neural.fields import check, integer, real


@dataclass(frozen=True, kw_only=True)
class Schedule(ABC):
    """A frozen description of how the learning rate changes from step to step; steps count from 0.

    With a warm-up of k steps the rate first rises in a straight line from its share `warmup_start` to the whole; the
    schedule proper begins after it.
    """

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()

    warmup_steps: int = integer(0, minimum=0, summary="Steps in which the rate rises to its full size.")
    warmup_start: float = real(0.0, minimum=0, maximum=1, summary="Share of the rate at the first step of the warm-up.")

    def __post_init__(self) -> None:
        check(self)

    def rate(self, learning_rate: float, step: int, steps: int) -> float:
        """Return the learning rate of a step of a training that has so many steps."""
        if step < self.warmup_steps:
            risen = self.warmup_start + (1 - self.warmup_start) * step / self.warmup_steps
            return learning_rate * risen
        return self.after_warmup(learning_rate, step - self.warmup_steps, max(1, steps - self.warmup_steps))

    @abstractmethod
    def after_warmup(self, learning_rate: float, step: int, steps: int) -> float:
        """Return the rate of a step after the warm-up, of so many."""


@dataclass(frozen=True, kw_only=True)
class Constant(Schedule):
    """η(t) = η."""

    key: ClassVar[str] = "constant"
    summary: ClassVar[str] = "The same learning rate for every step, after a warm-up if one is given."

    def after_warmup(self, learning_rate: float, step: int, steps: int) -> float:
        """Return the rate itself."""
        del step, steps
        return learning_rate
