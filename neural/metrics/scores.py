"""The base of metrics that judge how classes are ranked: all scores, kept, and one class held against the others."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array
from neural.metrics.base import Arrays

Scores = npt.NDArray[np.floating]


class Ranking(ABC):
    """An area under a curve over all thresholds. Exact, so it keeps every score.

    Several classes are averaged, each against all others.
    """

    def __init__(self, outputs: int) -> None:
        """Start with no rows."""
        self._scores: list[Scores] = []
        self._targets: list[npt.NDArray[np.generic]] = []
        self._outputs = outputs

    @abstractmethod
    def area(self, scores: Scores, positive: npt.NDArray[np.bool_]) -> float:
        """Compute the area for one class; NaN where it is not defined."""

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        """Keep scores and targets."""
        self._scores.append(outputs.copy())
        self._targets.append(y.copy())

    def value(self) -> float:
        """Return the mean area over the classes that have one; NaN if none does."""
        if not self._scores:
            return float("nan")
        scores, y = np.concatenate(self._scores), np.concatenate(self._targets)
        if y.ndim == 2:
            areas = [self.area(scores[:, k], y[:, k] > 0.5) for k in range(y.shape[1])]
        elif scores.shape[1] == 2:
            areas = [self.area(scores[:, 1], y == 1)]
        else:
            areas = [self.area(scores[:, k], y == k) for k in range(scores.shape[1])]
        known = [area for area in areas if not np.isnan(area)]
        return float(np.mean(known)) if known else float("nan")

    def to_arrays(self) -> Arrays:
        """Return scores and targets."""
        if not self._scores:
            return {}
        return {"scores": np.concatenate(self._scores), "targets": np.concatenate(self._targets)}

    def restore_in_place(self, arrays: Arrays) -> None:
        """Set scores and targets."""
        self._scores = [arrays["scores"]] if "scores" in arrays else []  # type: ignore[list-item]
        self._targets = [arrays["targets"]] if "targets" in arrays else []
