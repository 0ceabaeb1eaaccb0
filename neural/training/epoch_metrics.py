"""The training loss and metrics of the running epoch, summed mini-batch by mini-batch."""

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from neural.engine.arrays import Array
from neural.metrics import accumulator
from neural.training.plan import TrainingPlan
from neural.training.state import METRIC, Arrays, Scalars, TrainingState, restore_scalars, stored, stored_scalars


@dataclass
class EpochMetrics:
    """Sums over the rows of the epoch so far."""

    plan: TrainingPlan
    outputs: int  # of the network
    loss_sum: float = stored("loss_sum", 0.0)

    def __post_init__(self) -> None:
        self.start_epoch()

    def start_epoch(self) -> None:
        """Forget what was measured, for the next epoch."""
        names, units = self.plan.metrics, self.plan.units
        self.loss_sum = 0.0
        self._metrics = {name: accumulator(name, classes=self.outputs, units=units) for name in names}

    def add(self, outputs: Array, targets: npt.NDArray[Any]) -> None:
        """Take in the outputs of a group of batches."""
        for metric in self._metrics.values():
            metric.add(outputs, targets)

    def add_losses(self, losses: list[float]) -> None:
        """Take in each batch's sum of losses."""
        for loss in losses:
            self.loss_sum += loss  # one by one: the sum must not depend on where a resumed group began

    def values(self) -> dict[str, float]:
        """Return the metrics."""
        return {name: metric.value() for name, metric in self._metrics.items()}

    def arrays(self) -> Arrays:
        """Give what the metrics have collected."""
        return {
            f"{METRIC}{name}/{part}": array
            for name, metric in self._metrics.items()
            for part, array in metric.to_arrays().items()
        }

    def scalars(self) -> Scalars:
        """Give the sum of losses."""
        return stored_scalars(self)

    def restore(self, state: TrainingState) -> None:
        """Become what a state holds."""
        self.start_epoch()
        restore_scalars(self, state)
        for name, metric in self._metrics.items():
            prefix = f"{METRIC}{name}/"
            own = {key.removeprefix(prefix): array for key, array in state.arrays.items() if key.startswith(prefix)}
            metric.restore_in_place(own)
