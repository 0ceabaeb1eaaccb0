"""Figures of predicted numbers: errors, explained variance, and how the residuals lie."""

from collections.abc import Sequence

import numpy as np

from neural.scoring.arrays import Numbers


def root_mean_square(residuals: Numbers) -> float:
    """√ mean e²; infinite where no float holds the squares."""
    with np.errstate(over="ignore"):
        return float(np.sqrt(np.mean(residuals**2)))


def r2(true: Numbers, residuals: Numbers) -> float:
    """1 - Σe² / Σ(t - mean)²; NaN where the truth does not vary, or no float holds the squares."""
    with np.errstate(over="ignore"):
        spread, missed = float(np.sum((true - true.mean()) ** 2)), float(np.sum(residuals**2))
    return 1 - missed / spread if 0 < spread < np.inf else float("nan")


def residual_quantiles(residuals: Numbers, shares: Sequence[float]) -> list[float]:
    """Quantiles of truth - answer, between neighbours in proportion."""
    quantiles: list[float] = np.quantile(residuals, shares).tolist()
    return quantiles
