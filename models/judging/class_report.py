"""Figures of a classifier's answers, as JSON values."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from models.judging.json_values import known, listed
from neural import scoring

MOST_CURVES = 20
MOST_POINTS = 101
MOST_IN_MATRIX = 100


def measures(shares: np.ndarray, true: np.ndarray) -> Callable[[np.ndarray], Mapping[str, float]]:
    """Give the function that tells how good the answers to some of the rows are, in a few numbers."""
    classes, answered = shares.shape[1], shares.argmax(axis=1)
    losses, squares = scoring.log_losses(shares, true), scoring.brier_scores(shares, true)

    def of(rows: np.ndarray) -> dict[str, float]:
        return {
            "accuracy": scoring.accuracy(true[rows], answered[rows]),
            "balanced_accuracy": scoring.balanced_accuracy(true[rows], answered[rows], classes),
            "log_loss": float(losses[rows].mean()),
            "brier": float(squares[rows].mean()),
        }

    return of


def details(shares: np.ndarray, true: np.ndarray, classes: Sequence[str]) -> dict[str, Any]:
    """Tell class by class, by confusion matrix, by curves and by calibration."""
    answered = shares.argmax(axis=1)
    figures = scoring.class_figures(true, answered, len(classes))
    curves = [_curves(shares[:, place], true == place) for place in range(len(classes))]
    return {
        "classes": _by_class(figures, classes, curves),
        "confusion_matrix": _matrix(true, answered, classes) if len(classes) <= MOST_IN_MATRIX else None,
        "curves": [_drawn(classes[place], *curves[place]) for place in _shown(figures.support)],
        "calibration": _calibration(shares, true, classes),
    }


def _curves(scores: np.ndarray, positive: np.ndarray) -> tuple[scoring.Curve, scoring.Curve]:
    both = scoring.roc_curve(scores, positive), scoring.precision_recall_curve(scores, positive)
    return scoring.thin(both[0], MOST_POINTS), scoring.thin(both[1], MOST_POINTS)


def _by_class(
    figures: scoring.ClassFigures, classes: Sequence[str], curves: Sequence[tuple[scoring.Curve, scoring.Curve]]
) -> list[dict[str, Any]]:
    names = ("precision", "recall", "f1", "support")
    columns = zip(*(getattr(figures, name).tolist() for name in names), strict=True)
    return [
        {"label": label, **dict(zip(names, row, strict=True)), "roc_auc": known(roc.area), "pr_auc": known(pr.area)}
        for label, row, (roc, pr) in zip(classes, columns, curves, strict=True)
    ]


def _matrix(true: np.ndarray, answered: np.ndarray, classes: Sequence[str]) -> dict[str, Any]:
    matrix = scoring.confusion_matrix(true, answered, len(classes))
    return {"labels": list(classes), "counts": matrix.tolist()}


def _shown(support: np.ndarray) -> list[int]:
    """Of two classes the second; of more the most frequent ones, in their order."""
    if len(support) == 2:
        return [1]
    by_support = np.argsort(-support, kind="stable")
    return sorted(by_support[:MOST_CURVES].tolist())


def _drawn(label: str, roc: scoring.Curve, pr: scoring.Curve) -> dict[str, Any]:
    return {
        "label": label,
        "roc": {
            "false_positive_rate": listed(roc.x),
            "true_positive_rate": listed(roc.y),
            "thresholds": listed(roc.thresholds),
            "area": known(roc.area),
        },
        "precision_recall": {
            "recall": listed(pr.x),
            "precision": listed(pr.y),
            "thresholds": listed(pr.thresholds),
            "area": known(pr.area),
        },
    }


def _calibration(shares: np.ndarray, true: np.ndarray, classes: Sequence[str]) -> dict[str, Any]:
    """Of two classes by the probability of the second; of more by that of the class answered."""
    is_pair = len(classes) == 2
    probabilities = shares[:, 1] if is_pair else shares.max(axis=1)
    found = scoring.calibration(probabilities, true == 1 if is_pair else shares.argmax(axis=1) == true)
    return {
        "label": classes[1] if is_pair else None,
        "predicted": listed(found.predicted),
        "observed": listed(found.observed),
        "counts": found.counts.tolist(),
        "error": found.error,
    }
