"""Simple models beside the network, trained on the same rows: the usual answer, and a linear model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from datasets.preprocessing.encodings import TargetEncoding
from models.judging.json_values import by_name
from models.judging.judge import Judge
from models.judging.sample import Sample
from models.targets import Parts
from neural import scoring

MOST_ROWS = 5000
MOST_INPUTS = 1000
MOST_WORK = 10_000_000  # rows × inputs × outputs that the linear model learns from

Simple = tuple[str, int, Parts]
"""The name of a simple model, from how many rows it learned, and what it answers."""


@dataclass(frozen=True, kw_only=True)
class TrainingRows:
    """True answers of rows that the network learned from, and the inputs of the first so many of them."""

    true: Parts
    inputs: Callable[[int], np.ndarray]


def training_order(rows: int, seed: int) -> np.ndarray:
    """Draw which of so many training rows simple models learn from, and in which order; 5000 at most."""
    drawn = Sample(MOST_ROWS, seed).of(np.arange(rows))
    return np.random.default_rng(seed).permutation(drawn)


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


def _usual(judge: Judge, learned: Parts) -> Simple:
    """Answer every row as most training rows are, or with their mean."""
    name = "majority_class" if judge.has_classes else "mean"
    each = zip(judge.targets, learned, strict=True)
    return name, len(learned[0]), tuple(_usual_answer(target, true, judge.rows) for target, true in each)


def _usual_answer(target: TargetEncoding, learned: np.ndarray, rows: int) -> np.ndarray:
    if target.task == "regression":
        return np.full(rows, learned.mean())
    return np.tile(np.bincount(learned, minlength=len(target.classes)) / len(learned), (rows, 1))


def _linear(judge: Judge, learned: TrainingRows, x: np.ndarray) -> Iterator[Simple]:
    """Answer by linear models of the network's inputs, one for each target, unless they would take long."""
    width, outputs = int(np.prod(x.shape[1:])), sum(max(1, len(target.classes)) for target in judge.targets)
    known = len(learned.true[0])
    rows = min(known, MOST_WORK // (width * outputs))
    if width > MOST_INPUTS or rows < min(known, outputs):
        return
    given, asked = (each.reshape(len(each), -1).astype(np.float64) for each in (learned.inputs(rows), x))
    true = [each[:rows] for each in learned.true]
    if judge.has_classes:
        fits = (
            scoring.logistic_regression(given, each, len(target.classes)).shares(asked)
            for target, each in zip(judge.targets, true, strict=True)
        )
        yield "logistic_regression", rows, tuple(fits)
    else:
        answers = scoring.ridge_regression(given, np.stack(true, axis=1)).answers(asked)
        yield "ridge_regression", rows, tuple(answers.T)
