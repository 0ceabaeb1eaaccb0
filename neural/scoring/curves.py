"""Curves over all thresholds: ROC, and precision over recall, each with its area."""

from dataclasses import dataclass, replace

import numpy as np

from neural.scoring.arrays import Flags, Ids, Numbers


@dataclass(frozen=True)
class Curve:
    """Points (x, y), one for each threshold from the highest down; rows that score at least as much are taken.

    The first point is that of no row taken, whose threshold is infinite.
    """

    x: Numbers
    y: Numbers
    thresholds: Numbers
    area: float


def roc_curve(scores: Numbers, positive: Flags) -> Curve:
    """False positive rate → true positive rate; the area counts ties by half. All NaN unless both kinds of rows occur.

    Source: Fawcett, An introduction to ROC analysis, 2006.
    """
    thresholds, taken, hits = _counts(scores, positive)
    rows_of_class, others = int(positive.sum()), int((~positive).sum())
    x = (taken - hits) / others if others else np.full(len(taken), np.nan)
    y = hits / rows_of_class if rows_of_class else np.full(len(taken), np.nan)
    return Curve(x, y, thresholds, float(np.trapezoid(y, x)))


def precision_recall_curve(scores: Numbers, positive: Flags) -> Curve:
    """Recall → precision, which is 1 where no row is taken; the area is the average precision, Σ (Rₙ - Rₙ₋₁)·Pₙ.

    The recall is NaN where no row is of the class.
    """
    thresholds, taken, hits = _counts(scores, positive)
    rows_of_class = int(positive.sum())
    precision = np.append(1.0, hits[1:] / taken[1:])
    recall = hits / rows_of_class if rows_of_class else np.full(len(taken), np.nan)
    return Curve(recall, precision, thresholds, float(np.sum(np.diff(recall) * precision[1:])))


def thin(curve: Curve, most: int) -> Curve:
    """Keep at most so many points, the first and the last among them; the area stays that of all."""
    if len(curve.x) <= most:
        return curve
    kept = np.linspace(0, len(curve.x) - 1, most).round().astype(np.int64)
    return replace(curve, x=curve.x[kept], y=curve.y[kept], thresholds=curve.thresholds[kept])


def _counts(scores: Numbers, positive: Flags) -> tuple[Numbers, Ids, Ids]:
    """Thresholds, from infinity down; how many rows are taken at each; how many of these are of the class."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    last = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)  # of the rows with one score
    hits = np.cumsum(positive[order])[last]
    return np.append(np.inf, ranked[last]), np.append(0, last + 1), np.append(0, hits)
