"""Reports of the training loop to its caller."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from neural.engine.arrays import Array
from neural.training.layer_health import LayerHealth
from neural.training.state import TrainingState

StopReason = Literal["completed", "early_stopped", "max_time"]  # the last one by a caller who cuts a training short


@dataclass(frozen=True)
class TrainingResult:
    """What a training ended with: the last weights, or the best where early stopping was asked for."""

    weights: Array
    best_epoch: int
    epochs_run: int
    stop_reason: StopReason
    undefined: str | None = None  # the watched value, where it was defined in no epoch: then these are the last weights


@dataclass(frozen=True, kw_only=True)
class BatchReport:
    """A group of batches is done. `weights` and `state` copy what holds when they are called."""

    epoch: int  # running, 1-based
    step: int  # batches done since the start
    steps: int  # batches in all
    loss: float  # mean over the rows of this epoch so far
    weights: Callable[[], Array]
    state: Callable[[], TrainingState]


@dataclass(frozen=True, kw_only=True)
class EpochReport:
    """An epoch is done, validation included."""

    epoch: int
    step: int
    steps: int
    values: dict[str, float]  # loss, accuracy …, val_loss, val_accuracy …, learning_rate
    is_best: bool
    stopped: Literal["early_stopped"] | None
    rows_seen: int
    weights: Callable[[], Array]
    best_weights: Callable[[], Array]
    state: Callable[[], TrainingState]
    result: TrainingResult | None  # on the last report
    health: tuple[LayerHealth, ...] = ()  # of each layer, where the plan asks for it


Report = BatchReport | EpochReport
