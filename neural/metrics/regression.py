"""Metrics of errors, in the units of the targets that were given."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array
from neural.metrics.base import Arrays
from neural.metrics.units import Units

LEAST = float(np.finfo(np.float64).eps)  # that an error is divided by, as in scikit-learn


class InUnits:
    """A metric that is told in the units of the targets that were given."""

    def __init__(self, outputs: int) -> None:
        self.units, self.zeros = np.ones(outputs), np.zeros(outputs)

    def tell_in(self, units: Units) -> None:
        """Set what the outputs stand for."""
        if units.scales:
            self.units[:] = units.scales
        if units.zeros:
            self.zeros[:] = units.zeros


class Moments(InUnits):
    """Sums over all rows for each output, in float64; the targets' spread is merged as Chan et al. 1983 do."""

    def __init__(self, outputs: int) -> None:
        super().__init__(outputs)
        # rows, Σ|e|, Σe², mean of t, Σ(t - mean)²
        self._moments = np.zeros((5, outputs))

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        """Sum up errors and the targets' spread."""
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
        """Return the sums."""
        return {"moments": self._moments.copy()}

    def restore_in_place(self, arrays: Arrays) -> None:
        """Set the sums."""
        self._moments = arrays["moments"].astype(np.float64)


class RMSE(Moments):
    """Root of the mean squared error of each output, averaged over the outputs."""

    def value(self) -> float:
        """Return the mean of √(Σe² / rows), as scikit-learn's `root_mean_squared_error`."""
        rows = self._moments[0, 0]
        return float(np.mean(np.sqrt(self._moments[2] / rows) * self.units)) if rows else math.nan


class MSE(Moments):
    """Mean squared error of each output, averaged over the outputs."""

    def value(self) -> float:
        """Return the mean of Σe² / rows, as scikit-learn's `mean_squared_error`."""
        rows = self._moments[0, 0]
        return float(np.mean(self._moments[2] / rows * self.units**2)) if rows else math.nan


class MAE(Moments):
    """Mean absolute error of each output, averaged over the outputs."""

    def value(self) -> float:
        """Return the mean of Σ|e| / rows."""
        rows = self._moments[0, 0]
        return float(np.mean(self._moments[1] / rows * self.units)) if rows else math.nan


class R2(Moments):
    """1 - Σe² / Σ(t - mean)², averaged over the outputs; NaN for fewer than two rows.

    An output whose targets are all the same counts as 1 where every one is met, else as 0.
    """

    def value(self) -> float:
        """Return what scikit-learn's `r2_score` gives."""
        rows, _, squares, _, spread = self._moments
        if rows[0] < 2:
            return math.nan
        shares = squares / np.where(spread > 0, spread, 1)
        return float(np.mean(np.where(spread > 0, 1 - shares, squares == 0)))


class R2Weighted(Moments):
    """1 - ΣΣe² / ΣΣ(t - mean)² over the outputs in the targets' own units, so that those that vary more count more."""

    def value(self) -> float:
        """Return what scikit-learn's `r2_score` gives with `multioutput="variance_weighted"`; NaN below two rows."""
        rows, _, squares, _, spread = self._moments
        if rows[0] < 2:
            return math.nan
        whole = float(spread @ self.units**2)
        return 1 - float(squares @ self.units**2) / whole if whole else float(not squares.any())


class MAPE(InUnits):
    """Mean of |e| / |t| of each output in percent, averaged over the outputs; t is the target in its own units."""

    def __init__(self, outputs: int) -> None:
        super().__init__(outputs)
        self._sums = np.zeros((2, outputs))  # rows, Σ |e| / |t|

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        """Sum up the errors' shares of the targets."""
        errors = np.abs(outputs.astype(np.float64) - y) * self.units
        targets = np.abs(y.astype(np.float64) * self.units + self.zeros)
        self._sums[0] += len(y)
        self._sums[1] += (errors / np.maximum(targets, LEAST)).sum(axis=0)

    def value(self) -> float:
        """Return a hundred times what scikit-learn's `mean_absolute_percentage_error` gives."""
        rows = self._sums[0, 0]
        return float(100 * np.mean(self._sums[1] / rows)) if rows else math.nan

    def to_arrays(self) -> Arrays:
        """Return the sums."""
        return {"sums": self._sums.copy()}

    def restore_in_place(self, arrays: Arrays) -> None:
        """Set the sums."""
        self._sums = arrays["sums"].astype(np.float64)


class MSLE(InUnits):
    """Mean of (log(1 + z) - log(1 + t))² of each output, averaged over the outputs, in the targets' own units.

    What lies below 0 counts as 0, as in the loss of this name.
    """

    def __init__(self, outputs: int) -> None:
        super().__init__(outputs)
        self._sums = np.zeros((2, outputs))  # rows, Σ of squares

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        """Sum up the squares."""
        own, true = (np.maximum(each.astype(np.float64) * self.units + self.zeros, 0) for each in (outputs, y))
        self._sums[0] += len(y)
        self._sums[1] += ((np.log1p(own) - np.log1p(true)) ** 2).sum(axis=0)

    def value(self) -> float:
        """Return what scikit-learn's `mean_squared_log_error` gives."""
        rows = self._sums[0, 0]
        return float(np.mean(self._sums[1] / rows)) if rows else math.nan

    def to_arrays(self) -> Arrays:
        """Return the sums."""
        return {"sums": self._sums.copy()}

    def restore_in_place(self, arrays: Arrays) -> None:
        """Set the sums."""
        self._sums = arrays["sums"].astype(np.float64)
