"""How far probabilities are from what was true, row by row: their mean is the figure."""

import numpy as np

from neural.scoring.arrays import Ids, Numbers

LEAST = float(np.finfo(np.float64).eps)


def log_losses(shares: Numbers, true: Ids) -> Numbers:
    """-log p of the true class, (rows,); p is held between ε and 1 - ε of float64, as in scikit-learn."""
    p: Numbers = np.take_along_axis(shares, true[:, None], axis=1)[:, 0]
    return -np.log(np.clip(p, LEAST, 1 - LEAST))


def brier_scores(shares: Numbers, true: Ids) -> Numbers:
    """Squared distance from the truth, (rows,): Σ (p - t)² over the classes, of two classes that of the second alone.

    Source: Brier, Verification of forecasts expressed in terms of probability, 1950; halved for two classes, as usual.
    """
    happened = np.arange(shares.shape[1]) == true[:, None]
    squares: Numbers = ((shares - happened) ** 2).sum(axis=1)
    return ((shares[:, 1] - happened[:, 1]) ** 2) if shares.shape[1] == 2 else squares
