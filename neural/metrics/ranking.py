"""The areas under the ROC curve and under the curve of precision over recall."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from neural.metrics.scores import Ranking, Scores

AT_ONCE = 1 << 18
SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")


class AUC(Ranking):
    """Probability that a row of the class scores above a row that is not of it; ties count half."""

    def area(self, scores: Scores, positive: npt.NDArray[np.bool_]) -> float:
        """Compute U / (p·n), where U counts the pairs that the positive wins, ties by half (Mann & Whitney 1947)."""
        above, below = np.sort(scores[positive]), np.sort(scores[~positive])
        if not len(above) or not len(below):
            return float("nan")
        twice = 0
        for start in range(0, len(above), AT_ONCE):  # in whole numbers, so that nothing is rounded
            part = above[start : start + AT_ONCE]
            twice += sum(int(np.searchsorted(below, part, side).sum()) for side in SIDES)
        return twice / (2 * len(above) * len(below))


class AveragePrecision(Ranking):
    """Σ (Rₙ - Rₙ₋₁)·Pₙ with precision P and recall R at each score that occurs, the highest first."""

    def area(self, scores: Scores, positive: npt.NDArray[np.bool_]) -> float:
        """Compute the mean of the precision at each row of the class, as scikit-learn's `average_precision_score`."""
        count = int(np.count_nonzero(positive))
        if not count:
            return float("nan")
        order = np.argsort(scores)[::-1]
        ranked = scores[order]
        last = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)  # of the rows with one score
        found = np.cumsum(positive[order])[last]
        return float(np.sum(np.diff(found, prepend=0) * (found / (last + 1))) / count)
