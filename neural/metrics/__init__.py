"""The table of metrics, exact over all rows that were added, however they were batched."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from neural.errors import UnknownComponent
from neural.metrics.agreement import CohenKappa, Matthews, MeanIoU
from neural.metrics.base import Accumulator
from neural.metrics.classification import Accuracy, BalancedAccuracy, Top3Accuracy, Top5Accuracy
from neural.metrics.log_loss import LogLoss
from neural.metrics.precision_recall import (
    F1,
    F2,
    F1Micro,
    F1Weighted,
    F2Micro,
    F2Weighted,
    FHalf,
    FHalfMicro,
    FHalfWeighted,
    Precision,
    Recall,
)  # fmt: skip
from neural.metrics.ranking import AUC, AveragePrecision
from neural.metrics.regression import MAE, MAPE, MSE, MSLE, R2, RMSE, InUnits, R2Weighted
from neural.metrics.units import AS_THEY_ARE, Units

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


_SOME = ("multiclass",)
_CLASSES = ("binary", "multiclass", "multilabel")
_NUMBERS = ("regression",)

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        metric.key: metric
        for metric in (
            Metric("accuracy", "Share of rows with the right class.", "max", (*_CLASSES, "translation"), Accuracy),
            Metric("balanced_accuracy", "Mean over the classes of the share found.", "max", _CLASSES, BalancedAccuracy),
            Metric(
                "top_3_accuracy", "Share of rows whose class is among the three likeliest.", "max", _SOME, Top3Accuracy
            ),
            Metric(
                "top_5_accuracy", "Share of rows whose class is among the five likeliest.", "max", _SOME, Top5Accuracy
            ),
            Metric(
                "precision", "Share of the rows taken for a class that are of it, averaged.", "max", _CLASSES, Precision
            ),
            Metric("recall", "Share of the rows of a class that are taken for it, averaged.", "max", _CLASSES, Recall),
            Metric("f1", "Harmonic mean of precision and recall, averaged over classes.", "max", _CLASSES, F1),
            Metric("f1_weighted", "F1 of each class, weighed by how often it occurs.", "max", _CLASSES, F1Weighted),
            Metric("f1_micro", "F1 of all decisions together, whatever the class.", "max", _CLASSES, F1Micro),
            Metric("f2", "As f1, but recall counts twice as much as precision.", "max", _CLASSES, F2),
            Metric("f0_5", "As f1, but precision counts twice as much as recall.", "max", _CLASSES, FHalf),
            Metric("f2_weighted", "F2 of each class, weighed by how often it occurs.", "max", _CLASSES, F2Weighted),
            Metric("f2_micro", "F2 of all decisions together, whatever the class.", "max", _CLASSES, F2Micro),
            Metric(
                "f0_5_weighted", "F0.5 of each class, weighed by how often it occurs.", "max", _CLASSES, FHalfWeighted
            ),
            Metric("f0_5_micro", "F0.5 of all decisions together, whatever the class.", "max", _CLASSES, FHalfMicro),
            Metric(
                "mean_iou", "Overlap of answers and truth (Jaccard), averaged over classes.", "max", _CLASSES, MeanIoU
            ),
            Metric("cohen_kappa", "How far right answers go beyond those of chance.", "max", _CLASSES, CohenKappa),
            Metric("matthews", "Correlation between answers and truth.", "max", _CLASSES, Matthews),
            Metric("auc", "Area under the ROC curve; one class against the others, averaged.", "max", _CLASSES, AUC),
            Metric(
                "pr_auc",
                "Area under precision over recall (average precision), averaged.",
                "max",
                _CLASSES,
                AveragePrecision,
            ),
            Metric(
                "log_loss", "Mean of -log p of what is true: how far off probabilities are.", "min", _CLASSES, LogLoss
            ),
            Metric("rmse", "Root of the mean squared error, averaged over the targets.", "min", _NUMBERS, RMSE),
            Metric("mse", "Mean squared error, averaged over the targets.", "min", _NUMBERS, MSE),
            Metric("mae", "Mean absolute error, averaged over the targets.", "min", _NUMBERS, MAE),
            Metric(
                "mape",
                "Mean absolute error in percent of the target, averaged over the targets.",
                "min",
                _NUMBERS,
                MAPE,
            ),
            Metric(
                "msle", "Mean squared difference of log(1 + value), averaged over the targets.", "min", _NUMBERS, MSLE
            ),
            Metric("r2", "Share of the variance that is explained, averaged over the targets.", "max", _NUMBERS, R2),
            Metric("r2_weighted", "As r2, but targets that vary more count more.", "max", _NUMBERS, R2Weighted),
        )
    }
)


def accumulator(name: str, *, classes: int, units: Units = AS_THEY_ARE) -> Accumulator:
    """Start collecting for a metric; `classes` is the number of outputs, `units` what errors are told in."""
    if name not in METRICS:
        raise UnknownComponent("metric", name, tuple(METRICS))
    started = METRICS[name].accumulator(classes)
    if isinstance(started, InUnits):
        started.tell_in(units)
    return started


__all__ = ["AS_THEY_ARE", "METRICS", "Accumulator", "Metric", "Units", "accumulator"]
