"""The best epoch so far, with its weights, and the end of a training that no longer gets better."""

import math
from dataclasses import dataclass

import numpy as np

from neural.engine.arrays import Array
from neural.training.early_stopping import EarlyStopping
from neural.training.plan import TrainingPlan
from neural.training.state import Arrays, Scalars, TrainingState, restore_scalars, stored, stored_scalars


@dataclass
class Best:
    """Judges epochs by the watched value, as Keras' EarlyStopping does."""

    plan: TrainingPlan
    watched: EarlyStopping  # the plan's, or what stands for it
    weights: Array
    value: float | None = stored("best_value", None)
    epoch: int = stored("best_epoch", 0)  # 0: before the first
    epochs_without_improvement: int = stored("epochs_without_improvement", 0)
    stop_reason: str | None = stored("stop_reason", None)  # set when nothing is left to do

    def judge(self, epoch: int, value: float, weights: Array) -> None:
        """Take in the watched value of an epoch, and the weights that had it."""
        is_never_defined = math.isnan(value) and self.value is None  # such as a ranking on rows of one class
        is_watching = self.watched.is_watching(epoch) and not is_never_defined
        is_better = self.watched.is_better(value, self.value)
        self.epochs_without_improvement += is_watching
        if not is_watching:
            self._take(epoch, None, weights)  # until an epoch counts, the last one is the best there is
        elif is_better:
            self._take(epoch, value, weights)
            if self.watched.is_renewed(value):
                self.epochs_without_improvement = 0
        if epoch >= self.plan.epochs:
            self.stop_reason = "completed"
        elif self.plan.early_stopping and not is_better and self.watched.is_over(self.epochs_without_improvement):
            self.stop_reason = "early_stopped"

    def _take(self, epoch: int, value: float | None, weights: Array) -> None:
        self.value, self.epoch = value, epoch
        np.copyto(self.weights, weights)

    @property
    def undefined(self) -> str | None:
        """The watched value, if it was defined in none of the epochs that counted."""
        is_over = self.watched.is_watching(self.epoch)
        return self.watched.metric if is_over and self.epoch and self.value is None else None

    def arrays(self) -> Arrays:
        """Give the weights of the best epoch."""
        return {"best_weights": self.weights}

    def scalars(self) -> Scalars:
        """Give the best value, its epoch, the epochs without improvement, and the reason to stop."""
        return stored_scalars(self)

    def restore(self, state: TrainingState) -> None:
        """Become what a state holds."""
        np.copyto(self.weights, state.best_weights)
        restore_scalars(self, state)
