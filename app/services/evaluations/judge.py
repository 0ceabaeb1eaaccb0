"""A model's answers to one kind of question, and how they are judged: classes by shares, numbers by distance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.services.evaluations import class_report, number_report
from app.services.predictions import Predictor
from datasets.preprocessing.encodings import TargetEncoding
from neural import scoring

Measures = Callable[[np.ndarray], Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class Judge:
    """What is compared with what; `leading` is the figure that decides which model is better."""

    target: TargetEncoding
    true: np.ndarray

    @property
    def has_classes(self) -> bool:
        """Whether classes are answered, not numbers."""
        return self.target.task != "regression"

    @property
    def leading(self) -> str:
        """The figure that decides which of two models is better."""
        return "accuracy" if self.has_classes else "rmse"

    def measures(self, answers: np.ndarray) -> Measures:
        """Give the function that judges the answers to some of the rows."""
        return _measures(self, answers, self.true)

    def figures(self, answers: np.ndarray) -> Mapping[str, float]:
        """Judge the answers to all rows."""
        return self.measures(answers)(np.arange(len(self.true)))

    def details(self, answers: np.ndarray) -> dict[str, Any]:
        """Tell more than a few numbers."""
        if self.has_classes:
            return class_report.details(answers, self.true, self.target.classes)
        return number_report.details(answers, self.true)

    def intervals(self, answers: np.ndarray, rng: np.random.Generator) -> dict[str, tuple[float, float]]:
        """Tell how far the figures would vary on other rows of the same kind."""
        return scoring.bootstrap(self.measures(answers), len(self.true), rng)

    def cost(self, answers: np.ndarray, rows: np.ndarray) -> float:
        """Tell how bad the answers to some rows are, by the leading figure: the share of errors, or the RMSE."""
        value = _measures(self, answers, self.true[rows])(np.arange(len(rows)))[self.leading]
        return 1 - value if self.has_classes else value

    def is_better(self, one: Mapping[str, float], other: Mapping[str, float]) -> bool:
        """Tell whether one model's figures beat another's."""
        if self.has_classes:
            return one[self.leading] > other[self.leading]
        return one[self.leading] < other[self.leading]


def _measures(judge: Judge, answers: np.ndarray, true: np.ndarray) -> Measures:
    return class_report.measures(answers, true) if judge.has_classes else number_report.measures(answers, true)


def answers_of(predictor: Predictor, x: np.ndarray) -> np.ndarray:
    """Compute shares (rows, classes), or numbers (rows,) in the units of the file, in float64."""
    target = predictor.preprocessing.target
    assert isinstance(target, TargetEncoding)  # noqa: S101 - other tasks are refused before
    outputs = np.asarray(predictor.outputs(x), np.float64).reshape(len(x), -1)
    if target.task == "regression":
        numbers: np.ndarray = outputs[:, 0] * target.scale + target.mean
        return numbers
    return np.hstack([1.0 - outputs, outputs]) if target.task == "binary" else outputs
