"""Figures on rows that no model saw: accuracy, AUC and log loss of shares, RMSE of numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

LEAST = 1e-7  # a share that is told as 0 may be wrong: its logarithm must not decide alone
LESS_IS_BETTER = {"accuracy": False, "auc": False, "log_loss": True, "brier": True, "rmse": True}


def numbers(truth: Sequence[float], said: Sequence[float]) -> dict[str, float]:
    """Measure numbers in their units."""
    wrong = np.asarray(said, float) - np.asarray(truth, float)
    return {"rmse": float(np.sqrt(np.mean(wrong**2)))}


def shares_of(answers: Sequence[Mapping[str, float]], classes: Sequence[str]) -> np.ndarray:
    """Lay out shares by name as (rows, classes)."""
    return np.array([[answer.get(name, 0.0) for name in classes] for answer in answers])


def shares(truth: Sequence[str], said: np.ndarray, classes: Sequence[str]) -> dict[str, float]:
    """Measure shares (rows, classes)."""
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415  # of the group `references`

    places = np.array([list(classes).index(name) for name in truth])
    bounded = np.clip(said, LEAST, 1)
    bounded /= bounded.sum(axis=1, keepdims=True)
    of_truth = bounded[np.arange(len(places)), places]
    one_hot = np.eye(len(classes))[places]
    ranked: Any = said[:, 1] if len(classes) == 2 else said / said.sum(axis=1, keepdims=True)
    return {
        "accuracy": float(np.mean(said.argmax(axis=1) == places)),
        "auc": float(roc_auc_score(places, ranked, multi_class="ovr")),
        "log_loss": float(-np.log(of_truth).mean()),
        "brier": float(((said - one_hot) ** 2).sum(axis=1).mean()),
    }
