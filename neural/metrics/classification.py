"""Metrics of a confusion matrix."""

from typing import Any

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array
from neural.metrics.base import Arrays


class _Confusion:
    """Counts (column, true class, predicted class): one column for class ids, one for each yes/no output."""

    def __init__(self, outputs: int) -> None:
        self._outputs = outputs
        self._counts: npt.NDArray[np.int64] | None = None

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        if y.ndim == 1:
            counts = _count(y, outputs.argmax(axis=1), classes=outputs.shape[1])[None]
        else:
            true, predicted = y > 0.5, outputs > 0.5
            counts = np.stack([_count(true[:, k], predicted[:, k], classes=2) for k in range(y.shape[1])])
        self._counts = counts if self._counts is None else self._counts + counts

    def counts(self) -> npt.NDArray[np.float64]:
        if self._counts is None:
            return np.zeros((1, 2, 2))
        return self._counts.astype(np.float64)

    def to_arrays(self) -> Arrays:
        return {} if self._counts is None else {"counts": self._counts.copy()}

    def restore_in_place(self, arrays: Arrays) -> None:
        self._counts = arrays["counts"].astype(np.int64) if "counts" in arrays else None


def _count(true: npt.NDArray[Any], predicted: npt.NDArray[Any], *, classes: int) -> npt.NDArray[np.int64]:
    pairs = true.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


class Accuracy:
    """Share of rows with the right class, averaged over the outputs where several are yes/no.

    It counts what is right and no pairs of classes: with a vocabulary of classes their table would take gigabytes.
    """

    def __init__(self, outputs: int) -> None:
        del outputs
        self._counts = np.zeros(2, np.int64)  # right, all

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        """Take the rows of a batch into account."""
        right = outputs.argmax(axis=1) == y if y.ndim == 1 else (y > 0.5) == (outputs > 0.5)
        self._counts += (np.count_nonzero(right), right.size)

    def value(self) -> float:
        """Return the share of what is right; NaN before the first row."""
        right, size = self._counts.tolist()
        return right / size if size else float("nan")

    def to_arrays(self) -> Arrays:
        """Return the counts."""
        return {"counts": self._counts.copy()}

    def restore_in_place(self, arrays: Arrays) -> None:
        """Go on from counts."""
        self._counts[:] = arrays.get("counts", 0)


class BalancedAccuracy(_Confusion):
    """Mean of the recalls of the classes that occur."""

    def value(self) -> float:
        """Return the mean recall, as scikit-learn's `balanced_accuracy_score`."""
        return float(np.mean([_mean(np.diag(counts), counts.sum(axis=1)) for counts in self.counts()]))


class F1(_Confusion):
    """2·TP / (2·TP + FP + FN): of the second class for yes/no, else the mean over the classes that occur."""

    def value(self) -> float:
        """Return what scikit-learn's `f1_score` gives with `average="binary"` or `"macro"`."""
        return float(np.mean([self._of(counts) for counts in self.counts()]))

    @staticmethod
    def _of(counts: npt.NDArray[np.float64]) -> float:
        hits = np.diag(counts)
        involved = counts.sum(axis=0) + counts.sum(axis=1)  # 2·TP + FP + FN
        if len(counts) == 2:
            return float(2 * hits[1] / involved[1]) if involved[1] else 0.0
        return _mean(2 * hits, involved)


def _mean(parts: npt.NDArray[np.float64], wholes: npt.NDArray[np.float64]) -> float:
    there = wholes > 0
    return float(np.mean(parts[there] / wholes[there])) if there.any() else float("nan")
