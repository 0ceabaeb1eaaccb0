"""The table of metrics, exact over all rows that were added, however they were batched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from neural.errors import UnknownComponent
from neural.metrics.base import Accumulator
from neural.metrics.classification import F1, Accuracy, BalancedAccuracy
from neural.metrics.ranking import AUC
from neural.metrics.regression import MAE, R2, RMSE, Moments

Direction = Literal["max", "min"]


@dataclass(frozen=True)
class Metric:
    """What a metric is for; `tasks` are those for which it makes sense."""

    key: str
    summary: str
    direction: Direction
    tasks: tuple[str, ...]
    accumulator: type[Accumulator]
    aliases: tuple[str, ...] = ()


_CLASSES = ("binary", "multiclass", "multilabel")

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        metric.key: metric
        for metric in (
            Metric("accuracy", "Share of rows with the right class.", "max", (*_CLASSES, "translation"), Accuracy),
            Metric("balanced_accuracy", "Mean over the classes of the share found.", "max", _CLASSES, BalancedAccuracy),
            Metric("auc", "Area under the ROC curve; one class against the others, averaged.", "max", _CLASSES, AUC),
            Metric("f1", "Harmonic mean of precision and recall, averaged over classes.", "max", _CLASSES, F1),
            Metric("rmse", "Root of the mean squared error, averaged over the targets.", "min", ("regression",), RMSE),
            Metric("mae", "Mean absolute error, averaged over the targets.", "min", ("regression",), MAE),
            Metric(
                "r2", "Share of the variance that is explained, averaged over the targets.", "max", ("regression",), R2
            ),
        )
    }
)


def accumulator(name: str, *, classes: int, units: Sequence[float] = ()) -> Accumulator:
    """Start collecting for a metric; `classes` is the number of outputs, `units` what errors are told in."""
    if name not in METRICS:
        raise UnknownComponent("metric", name, tuple(METRICS))
    started = METRICS[name].accumulator(classes)
    if units and isinstance(started, Moments):
        started.units[:] = units
    return started


__all__ = ["METRICS", "Accumulator", "Metric", "accumulator"]
