"""The area under the ROC curve."""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array
from neural.metrics.base import Arrays

AT_ONCE = 1 << 18
SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")


class AUC:
    """Probability that a row of the class scores above a row that is not of it; ties count half.

    Exact, so it keeps every score. Several classes are averaged, each against all others.
    """

    def __init__(self, outputs: int) -> None:
        """Start with no rows."""
        self._scores: list[npt.NDArray[np.floating]] = []
        self._targets: list[npt.NDArray[np.generic]] = []
        self._outputs = outputs

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        """Keep scores and targets."""
        self._scores.append(outputs.copy())
        self._targets.append(y.copy())

    def value(self) -> float:
        """Return the mean area over the classes that split the rows; NaN if none does."""
        if not self._scores:
            return float("nan")
        scores, y = np.concatenate(self._scores), np.concatenate(self._targets)
        if y.ndim == 2:
            areas = [_area(scores[:, k], y[:, k] > 0.5) for k in range(y.shape[1])]
        elif scores.shape[1] == 2:
            areas = [_area(scores[:, 1], y == 1)]
        else:
            areas = [_area(scores[:, k], y == k) for k in range(scores.shape[1])]
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


def _area(scores: npt.NDArray[np.floating], positive: npt.NDArray[np.bool_]) -> float:
    """Compute U / (p·n): U counts the pairs in which the positive scores higher, ties by half (Mann & Whitney 1947)."""
    above, below = np.sort(scores[positive]), np.sort(scores[~positive])
    if not len(above) or not len(below):
        return float("nan")
    twice = 0
    for start in range(0, len(above), AT_ONCE):  # in whole numbers, so that nothing is rounded
        part = above[start : start + AT_ONCE]
        twice += sum(int(np.searchsorted(below, part, side).sum()) for side in SIDES)
    return twice / (2 * len(above) * len(below))
