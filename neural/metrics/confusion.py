"""The confusion matrix that metrics of decisions are read from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array
from neural.metrics.base import Arrays

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tally:
    """For each class or label: rows found rightly, rows of it, rows taken for it; `counted` tells which have a say."""

    hits: Counts
    true: Counts
    predicted: Counts
    counted: npt.NDArray[np.bool_]

    def mean(self, parts: Counts, wholes: Counts) -> float:
        """Average parts / wholes over what is counted, 0 where nothing is to be divided by."""
        return float(np.mean(shares(parts, wholes)[self.counted]))


class Confusion:
    """Counts (column, true class, predicted class): one column for class ids, one for each yes/no output."""

    def __init__(self, outputs: int) -> None:
        self._outputs = outputs
        self._counts: npt.NDArray[np.int64] | None = None

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        """Count the pairs of a batch."""
        if y.ndim == 1:
            counts = _count(y, outputs.argmax(axis=1), classes=outputs.shape[1])[None]
        else:
            true, predicted = y > 0.5, outputs > 0.5
            counts = np.stack([_count(true[:, k], predicted[:, k], classes=2) for k in range(y.shape[1])])
        self._counts = counts if self._counts is None else self._counts + counts

    def counts(self) -> Counts:
        """Return the counts, zeros before the first row."""
        return np.zeros((1, 2, 2)) if self._counts is None else self._counts.astype(np.float64)

    def tally(self, *, both_answers: bool = False) -> Tally | None:
        """Sum up each class, or of yes/no the yes; with `both_answers`, of a single yes/no the no as well.

        Classes that neither occur nor are predicted have no say, as in scikit-learn. None before the first row.
        """
        if self._counts is None:
            return None
        counts = self.counts()
        columns, classes, _ = counts.shape
        asked = slice(1, None) if classes == 2 and not (both_answers and columns == 1) else slice(None)
        hits, true, predicted = (
            each[:, asked].ravel()
            for each in (counts.diagonal(axis1=1, axis2=2), counts.sum(axis=2), counts.sum(axis=1))
        )
        return Tally(hits, true, predicted, (true + predicted > 0) | (classes == 2))

    def to_arrays(self) -> Arrays:
        """Return the counts."""
        return {} if self._counts is None else {"counts": self._counts.copy()}

    def restore_in_place(self, arrays: Arrays) -> None:
        """Go on from counts."""
        self._counts = arrays["counts"].astype(np.int64) if "counts" in arrays else None


def shares(parts: Counts, wholes: Counts) -> Counts:
    """Divide, giving 0 where nothing is to be divided by."""
    return np.divide(parts, wholes, out=np.zeros(len(parts)), where=wholes > 0)


def _count(true: npt.NDArray[Any], predicted: npt.NDArray[Any], *, classes: int) -> npt.NDArray[np.int64]:
    pairs = true.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
