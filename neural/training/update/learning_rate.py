"""The learning rate of a training: follows its schedule before each step, or after each epoch."""

from typing import Any

from neural.engine.arrays import Calls
from neural.optimizers.base import OptimizerState
from neural.schedules import Plateau, ReduceOnPlateau
from neural.training.plan import TrainingPlan


class LearningRateFollower:
    """Follows a plan's schedule; knows which step comes next."""

    def __init__(self, plan: TrainingPlan, optimizer: OptimizerState, *, steps: int, direction: str) -> None:
        """Prepare for a training of so many steps whose watched value goes in a direction, "min" or "max"."""
        self._schedule, self._optimizer, self._steps = plan.schedule, optimizer, steps
        self._base, self._next = plan.optimizer.learning_rate, 0
        rule = plan.schedule if isinstance(plan.schedule, ReduceOnPlateau) else None
        self._plateau = None if rule is None else Plateau(rule, direction, self._base)

    @property
    def learning_rate(self) -> float:
        """The rate of the last step."""
        return self._optimizer.learning_rate

    def calls(self) -> Calls:
        """What comes before each update."""
        return [] if self._schedule is None else [self._advance]

    def seek(self, step: int) -> None:
        """Go to a step, counted from 0."""
        self._next = step

    def resume(self, done: int) -> None:
        """Go to where so many steps are done: the rate is again that of the last of them."""
        if self._schedule is not None and done:
            self._optimizer.set_rate(self._schedule.rate(self._base, done - 1, self._steps))
        self.seek(done)

    def end_epoch(self, value: float) -> None:
        """Take in the watched value."""
        if self._plateau is not None:
            self._base = self._plateau.observe(value)

    def state(self) -> dict[str, Any]:
        """Tell what a checkpoint needs."""
        return {} if self._plateau is None else dict(self._plateau.seen)

    def restore(self, state: dict[str, Any]) -> None:
        """Take over what `state` told."""
        if self._plateau is not None and state:
            self._plateau.seen = dict(state)
            self._base = float(state["learning_rate"])

    def _advance(self) -> None:
        assert self._schedule is not None  # noqa: S101  # else this is not called
        self._optimizer.set_rate(self._schedule.rate(self._base, self._next, self._steps))
        self._next += 1
