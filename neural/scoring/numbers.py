"""Figures of predicted numbers: errors, explained variance, and how the residuals lie."""

from collections.abc import Sequence

import numpy as np

from neural.scoring.arrays import Numbers


def root_mean_square(residuals: Numbers) -> float:
    """√ mean e²."""
    return float(np.sqrt(np.mean(residuals**2)))


def r2(true: Numbers, residuals: Numbers) -> float:
    """1 - Σe² / Σ(t - mean)²; NaN where the truth does not vary."""
    spread = float(np.sum((true - true.mean()) ** 2))
    return 1 - float(np.sum(residuals**2)) / spread if spread > 0 else float("nan")


def residual_quantiles(residuals: Numbers, shares: Sequence[float]) -> list[float]:
    """Quantiles of truth - answer, between neighbours in proportion."""
    quantiles: list[float] = np.quantile(residuals, shares).tolist()
    return quantiles
