"""Metrics of errors, in the units of the targets that were given."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.arrays import Array
from neural.metrics.base import Arrays


class _Moments:
    """Sums over all rows for each output, in float64; the targets' spread is merged as Chan et al. 1983 do."""

    def __init__(self, outputs: int) -> None:
        self._outputs = outputs
        # rows, Σ|e|, Σe², mean of t, Σ(t - mean)²
        self._moments = np.zeros((5, outputs))

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        errors = outputs.astype(np.float64) - y
        targets = y.astype(np.float64)
        rows, mean = len(targets), targets.mean(axis=0)
        before, _, _, mean_before, _ = self._moments
        shift = mean - mean_before
        total = before + rows
        self._moments[1] += np.abs(errors).sum(axis=0)
        self._moments[2] += (errors * errors).sum(axis=0)
        self._moments[4] += ((targets - mean) ** 2).sum(axis=0) + shift**2 * before * rows / total
        self._moments[3] += shift * rows / total
        self._moments[0] = total

    def to_arrays(self) -> Arrays:
        return {"moments": self._moments.copy()}

    def restore_in_place(self, arrays: Arrays) -> None:
        self._moments = arrays["moments"].astype(np.float64)


class RMSE(_Moments):
    """Root of the mean squared error over rows and outputs."""

    def value(self) -> float:
        """Return √(Σe² / count)."""
        count = self._moments[0].sum()
        return math.sqrt(self._moments[2].sum() / count) if count else math.nan


class MAE(_Moments):
    """Mean absolute error over rows and outputs."""

    def value(self) -> float:
        """Return Σ|e| / count."""
        count = self._moments[0].sum()
        return float(self._moments[1].sum() / count) if count else math.nan


class R2(_Moments):
    """1 - Σe² / Σ(t - mean)², averaged over the outputs that vary; NaN if none does."""

    def value(self) -> float:
        """Return what scikit-learn's `r2_score` gives for outputs that vary."""
        varying = self._moments[4] > 0
        if not varying.any():
            return math.nan
        return float(np.mean(1 - self._moments[2][varying] / self._moments[4][varying]))
