"""Shares of rows whose class is right."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array
from neural.metrics.base import Arrays
from neural.metrics.confusion import Confusion


class Accuracy:
    """Share of rows with the right class, averaged over the outputs where several are yes/no.

    It counts what is right and no pairs of classes: with a vocabulary of classes their table would take gigabytes.
    """

    def __init__(self, outputs: int) -> None:
        del outputs
        self._counts = np.zeros(2, np.int64)  # right, all

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        """Take the rows of a batch into account."""
        right = self.is_right(outputs, y)
        self._counts += (int(np.count_nonzero(right)), right.size)

    def is_right(self, outputs: Array, y: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Tell for each row whether the likeliest class is its own, or for each yes/no whether its side is."""
        right: npt.NDArray[np.bool_] = outputs.argmax(axis=1) == y if y.ndim == 1 else (y > 0.5) == (outputs > 0.5)
        return right

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


class _TopAccuracy(Accuracy):
    """Share of rows whose class is among the k likeliest; one that ties with the last of them is, as in Keras."""

    k: ClassVar[int]

    def is_right(self, outputs: Array, y: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Tell for each row whether fewer than k classes score above its own."""
        own = np.take_along_axis(outputs, y[:, None].astype(np.intp), axis=1)
        is_found: npt.NDArray[np.bool_] = np.count_nonzero(outputs > own, axis=1) < self.k
        return is_found


class Top3Accuracy(_TopAccuracy):
    """Share of rows whose class is among the three likeliest."""

    k: ClassVar[int] = 3


class Top5Accuracy(_TopAccuracy):
    """Share of rows whose class is among the five likeliest, Keras' `TopKCategoricalAccuracy` by default."""

    k: ClassVar[int] = 5


class BalancedAccuracy(Confusion):
    """Mean of the recalls of the classes that occur."""

    def value(self) -> float:
        """Return the mean recall, as scikit-learn's `balanced_accuracy_score`."""
        return float(np.mean([_mean(np.diag(counts), counts.sum(axis=1)) for counts in self.counts()]))


def _mean(parts: npt.NDArray[np.float64], wholes: npt.NDArray[np.float64]) -> float:
    there = wholes > 0
    return float(np.mean(parts[there] / wholes[there])) if there.any() else float("nan")
