"""Prediction sets and intervals of a model, from the scores of its validation rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from datasets.preprocessing.encodings import TargetEncoding
from datasets.preprocessing.multi_target import SeveralTargets, VectorTarget
from datasets.preprocessing.target import Target
from models.targets import Parts, given_answers, single_targets
from neural.scoring.conformal import ConformalScores, class_scores, class_sets, distances


@dataclass(frozen=True, kw_only=True)
class Conformal:
    """The scores of the validation rows, for each target."""

    scores: tuple[ConformalScores, ...]

    @classmethod
    def of(cls, target: Target, outputs: np.ndarray, true: Parts) -> Self:
        """Score what a network gave for rows whose true answers are known."""
        answers = given_answers(target, outputs)
        each = zip(single_targets(target), answers, true, strict=True)
        return cls(scores=tuple(ConformalScores.of(_scores(*one)) for one in each))

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return self.scores[0].rows

    @property
    def highest_level(self) -> float:
        """The largest probability that so many rows can promise."""
        return self.scores[0].highest_level

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives the equal value back."""
        each = [{"ranks": one.ranks.tolist(), "scores": one.scores.tolist()} for one in self.scores]
        return {"method": "split_conformal", "rows": self.rows, "targets": each}

    @classmethod
    def from_json(cls, body: Mapping[str, Any] | None) -> Self | None:
        """Read what `to_json` wrote; None stays None."""
        if body is None:
            return None
        return cls(
            scores=tuple(
                ConformalScores(
                    ranks=np.array(each["ranks"], np.int64),
                    scores=np.array(each["scores"], np.float64),
                    rows=int(body["rows"]),
                )
                for each in body["targets"]
            )
        )

    def regions(self, target: Target, outputs: np.ndarray, level: float) -> "Regions":
        """Give what holds the truth of each row with a probability of `level`, for each target."""
        thresholds = [each.threshold(level) for each in self.scores]
        answers = given_answers(target, outputs)
        singles = single_targets(target)
        return tuple(_region(*one) for one in zip(singles, answers, thresholds, strict=True))


Regions = tuple[np.ndarray, ...]
"""For each target (rows, classes) of bool, which classes are in the set; or (rows, 2), low and high."""


def _scores(target: TargetEncoding, answers: np.ndarray, true: np.ndarray) -> np.ndarray:
    return distances(true, answers) if target.task == "regression" else class_scores(answers, true)


def _region(target: TargetEncoding, answers: np.ndarray, threshold: float) -> np.ndarray:
    if target.task == "regression":
        return np.stack([answers - threshold, answers + threshold], axis=1)
    return class_sets(answers, threshold)


def told(target: Target, regions: Regions) -> list[dict[str, Any]]:
    """Say the regions in the words of the file: `set`, or `low` and `high`; of several targets by column or place."""
    singles = single_targets(target)
    labels = [(False, True) if target.task == "multilabel" else single.labels for single in singles]
    each = [_told(*one) for one in zip(labels, regions, strict=True)]
    if isinstance(target, TargetEncoding):
        return each[0]
    return [_joined(target, row) for row in zip(*each, strict=True)]


def _told(labels: Sequence[Any], region: np.ndarray) -> list[dict[str, Any]]:
    if region.dtype != bool:
        return [{"low": low, "high": high} for low, high in region.tolist()]
    return [{"set": [label for label, belongs in zip(labels, row, strict=True) if belongs]} for row in region.tolist()]


def _joined(target: SeveralTargets | VectorTarget, row: Sequence[dict[str, Any]]) -> dict[str, Any]:
    names = row[0]
    if isinstance(target, VectorTarget):
        return {name: in_shape([each[name] for each in row], target.shape) for name in names}
    return {name: {column: each[name] for column, each in zip(target.columns, row, strict=True)} for name in names}


def in_shape(values: list[Any], shape: Sequence[int]) -> list[Any]:
    """Nest what is told of each place as the cells are."""
    for size in reversed(shape[1:]):
        values = [values[start : start + size] for start in range(0, len(values), size)]
    return values


def covered(true: Parts, regions: Regions) -> list[float]:
    """Compute for each target the share of rows whose truth lies within."""
    return [float(np.mean(_holds(region, each))) for region, each in zip(regions, true, strict=True)]


def extents(regions: Regions) -> list[float]:
    """Compute for each target how large the regions are on the average: classes in a set, or high - low."""
    return [float(_extent(region).mean()) for region in regions]


def _holds(region: np.ndarray, true: np.ndarray) -> np.ndarray:
    if region.dtype == bool:
        return np.take_along_axis(region, true[:, None].astype(np.int64), axis=1)[:, 0]
    held: np.ndarray = (region[:, 0] <= true) & (true <= region[:, 1])
    return held


def _extent(region: np.ndarray) -> np.ndarray:
    size: np.ndarray = region.sum(axis=1) if region.dtype == bool else region[:, 1] - region[:, 0]
    return size
