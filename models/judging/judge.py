"""A model's answers, and how they are judged: classes by shares, numbers by distance, several targets by their mean."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from datasets.preprocessing.encodings import TargetEncoding
from models.judging import class_report, number_report
from models.judging.json_values import by_name
from models.targets import Parts
from neural import scoring

Figures = Mapping[str, float]
Measures = Callable[[np.ndarray], Figures]


@dataclass(frozen=True, kw_only=True)
class Judge:
    """What is compared with what; `leading` is the figure that decides which model is better."""

    targets: Sequence[TargetEncoding]
    true: Parts

    @property
    def rows(self) -> int:
        """How many rows are judged."""
        return len(self.true[0])

    @cached_property
    def has_classes(self) -> bool:
        """Whether classes are answered, not numbers."""
        return self.targets[0].task != "regression"

    @property
    def leading(self) -> str:
        """The figure that decides which of two models is better."""
        return "accuracy" if self.has_classes else "rmse"

    def measures(self, answers: Parts) -> Measures:
        """Give the function that judges the answers to some of the rows: of several targets by the mean figures."""
        return _mean_of(
            [_measures(target, *both) for target, *both in zip(self.targets, answers, self.true, strict=True)]
        )

    def figures(self, answers: Parts) -> Figures:
        """Judge the answers to all rows."""
        return self.measures(answers)(np.arange(self.rows))

    def details(self, answers: Parts) -> dict[str, Any]:
        """Tell more than a few numbers; of several targets one by one."""
        each = [self._details(place, answers[place]) for place in range(len(self.targets))]
        return (
            each[0]
            if len(each) == 1
            else {"targets": [self._named(place, answers, each) for place in range(len(each))]}
        )

    def _details(self, place: int, answers: np.ndarray) -> dict[str, Any]:
        if self.has_classes:
            return class_report.details(answers, self.true[place], self.targets[place].classes)
        return number_report.details(answers, self.true[place])

    def _named(self, place: int, answers: Parts, details: Sequence[dict[str, Any]]) -> dict[str, Any]:
        target = self.targets[place]
        figures = _measures(target, answers[place], self.true[place])(np.arange(self.rows))
        return {"target": target.column, "metrics": by_name(figures), **details[place]}

    def intervals(self, answers: Parts, rng: np.random.Generator) -> dict[str, tuple[float, float]]:
        """Tell how far the figures would vary on other rows of the same kind."""
        return scoring.bootstrap(self.measures(answers), self.rows, rng)

    def cost(self, answers: Parts, rows: np.ndarray) -> float:
        """Tell how bad the answers to some rows are, by the leading figure: the share of errors, or the RMSE."""
        of_rows = Judge(targets=self.targets, true=tuple(each[rows] for each in self.true))
        value = of_rows.figures(answers)[self.leading]
        return 1 - value if self.has_classes else value

    def is_better(self, one: Figures, other: Figures) -> bool:
        """Tell whether one model's figures beat another's."""
        if self.has_classes:
            return one[self.leading] > other[self.leading]
        return one[self.leading] < other[self.leading]


def _measures(target: TargetEncoding, answers: np.ndarray, true: np.ndarray) -> Measures:
    if target.task == "regression":
        return number_report.measures(answers, true)
    return class_report.measures(answers, true)


def _mean_of(measures: Sequence[Measures]) -> Measures:
    if len(measures) == 1:
        return measures[0]

    def of(rows: np.ndarray) -> dict[str, float]:
        each = [one(rows) for one in measures]
        return {name: float(np.mean([figures[name] for figures in each])) for name in each[0]}

    return of
