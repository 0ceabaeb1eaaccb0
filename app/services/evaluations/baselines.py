"""Simple models beside the network, trained on the same rows: the usual answer, and a linear model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.services.evaluations.json_values import by_name
from app.services.evaluations.judge import Judge
from neural import scoring

MOST_ROWS = 5000
MOST_INPUTS = 1000
MOST_WORK = 10_000_000  # rows × inputs × outputs that the linear model learns from

Answers = tuple[str, int, np.ndarray]
"""The name of a simple model, from how many rows it learned, and what it answers."""


@dataclass(frozen=True, kw_only=True)
class TrainingRows:
    """True answers of rows that the network learned from, and the inputs of the first so many of them."""

    true: np.ndarray
    inputs: Callable[[int], np.ndarray]


def baselines(judge: Judge, learned: TrainingRows, x: np.ndarray) -> list[dict[str, Any]]:
    """Judge the simple models on the rows that the network was judged on."""
    return [
        {"name": name, "training_rows": rows, "metrics": by_name(judge.figures(answers))}
        for name, rows, answers in (_usual(judge, learned.true), *_linear(judge, learned, x))
    ]


def not_beaten(judge: Judge, figures: Any, simple: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Warn of each simple model that is at least as good as the network."""
    name = judge.leading
    return [
        {
            "code": "evaluation.not_better",
            "message": f"The network is no better than `{each['name']}`, by {name}: {figures[name]:.4g} against "
            f"{each['metrics'][name]:.4g}.",
        }
        for each in simple
        if each["metrics"][name] is not None and not judge.is_better(figures, each["metrics"])
    ]


def _usual(judge: Judge, learned: np.ndarray) -> Answers:
    """Answer every row as most training rows are, or with their mean."""
    count = len(judge.true)
    if not judge.has_classes:
        return "mean", len(learned), np.full(count, learned.mean())
    shares = np.bincount(learned, minlength=len(judge.target.classes)) / len(learned)
    return "majority_class", len(learned), np.tile(shares, (count, 1))


def _linear(judge: Judge, learned: TrainingRows, x: np.ndarray) -> Iterator[Answers]:
    """Answer by a linear model of the network's inputs, unless it would take long."""
    width, outputs = int(np.prod(x.shape[1:])), max(1, len(judge.target.classes))
    rows = min(len(learned.true), MOST_WORK // (width * outputs))
    if width > MOST_INPUTS or rows < min(len(learned.true), outputs):
        return
    given, asked = (each.reshape(len(each), -1).astype(np.float64) for each in (learned.inputs(rows), x))
    true = learned.true[:rows]
    if judge.has_classes:
        yield "logistic_regression", rows, scoring.logistic_regression(given, true, outputs).shares(asked)
    else:
        yield "ridge_regression", rows, scoring.ridge_regression(given, true[:, None]).answers(asked)[:, 0]
