"""Figures of predicted numbers, as JSON values."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from models.judging.json_values import known
from neural import scoring

SHARES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def measures(answers: np.ndarray, true: np.ndarray) -> Callable[[np.ndarray], Mapping[str, float]]:
    """Give the function that tells how good the answers to some of the rows are, in a few numbers."""
    residuals = true - answers

    def of(rows: np.ndarray) -> dict[str, float]:
        return {
            "rmse": scoring.root_mean_square(residuals[rows]),
            "mae": float(np.abs(residuals[rows]).mean()),
            "r2": scoring.r2(true[rows], residuals[rows]),
        }

    return of


def details(answers: np.ndarray, true: np.ndarray) -> dict[str, Any]:
    """Tell how the residuals, truth minus answer, lie."""
    residuals = true - answers
    quantiles = scoring.residual_quantiles(residuals, SHARES)
    return {
        "residuals": {
            "mean": known(float(residuals.mean())),
            "median": known(quantiles[SHARES.index(0.5)]),
            "quantiles": [
                {"share": share, "value": known(value)} for share, value in zip(SHARES, quantiles, strict=True)
            ],
        }
    }
