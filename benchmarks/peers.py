"""What others answer on the same rows: the trivial guess, and scikit-learn's MLP behind its usual pipeline."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import datasets

Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Answers:
    """One answer for each held-out row, from each peer."""

    baseline: Sequence[object]
    scikit_learn: Sequence[object]


def split_of(resolved: Mapping[str, Any], answers: Sequence[str]) -> tuple[list[int], list[int]]:
    """Drawing the job's own split again, from its resolved spec."""
    is_number = resolved["task"] == "regression"
    labels = None if is_number else np.unique(np.array(answers), return_inverse=True)[1]
    if not is_number and all(answer.lstrip("-").isdigit() for answer in answers):
        labels = np.unique(np.array([int(a) for a in answers]), return_inverse=True)[1]
    drawn = datasets.split(
        resolved["task"],
        resolved["split"]["seed"],
        labels=labels,
        row_count=len(answers),
        validation_share=resolved["split"]["validation_share"],
        stratify=resolved["split"]["stratify"],
    )
    return drawn.training.tolist(), drawn.validation.tolist()


def answers(rows: Rows, known: Sequence[str], held_out: Rows, *, is_number: bool) -> Answers:
    """Answers of the peers for the held-out rows, having seen the training rows."""
    if is_number:
        common: object = float(np.mean([float(a) for a in known]))
    else:
        common = max(sorted(set(known)), key=known.count)
    return Answers([common] * len(held_out), scikit_learn(rows, known, held_out, is_number=is_number))


def scikit_learn(rows: Rows, known: Sequence[str], held_out: Rows, *, is_number: bool) -> Sequence[object]:
    """Median and scaling for numbers, one-hot for the rest, then the MLP with its defaults and early stopping off."""
    from sklearn.compose import make_column_transformer  # noqa: PLC0415  # a peer, installed for benchmarks only
    from sklearn.impute import SimpleImputer  # noqa: PLC0415
    from sklearn.neural_network import MLPClassifier, MLPRegressor  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: PLC0415

    names = list(rows[0])
    numbers = [i for i, n in enumerate(names) if all(isinstance(r[n], float | None) for r in rows)]
    texts = [i for i in range(len(names)) if i not in numbers and len({r[names[i]] for r in rows}) <= len(rows) / 2]
    prepare = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore"), texts),
    )

    def table(part: Rows) -> np.ndarray:
        cells = np.empty((len(part), len(names)), dtype=object)
        for i, row in enumerate(part):
            cells[i] = [
                np.nan if row[n] is None and j in numbers else ("" if row[n] is None else row[n])
                for j, n in enumerate(names)
            ]
        return cells

    network = MLPRegressor(random_state=0) if is_number else MLPClassifier(random_state=0)
    target = [float(a) for a in known] if is_number else list(known)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns when its 200 iterations end before it has converged
        fitted = make_pipeline(prepare, network).fit(table(rows), target)
        return [*fitted.predict(table(held_out)).tolist()]


def balanced_accuracy(truth: Sequence[str], said: Sequence[object]) -> float:
    """Average over classes the share that was recognised."""
    shares = []
    for name in sorted(set(truth)):
        of_class = [str(answer) == name for answer, true in zip(said, truth, strict=True) if true == name]
        shares.append(sum(of_class) / len(of_class))
    return float(np.mean(shares))


def r_squared(truth: Sequence[str], said: Sequence[object]) -> float:
    """One minus the share of the variance that is left."""
    y, answer = np.array([float(t) for t in truth]), np.array([float(str(s)) for s in said])
    return float(1 - ((y - answer) ** 2).sum() / ((y - y.mean()) ** 2).sum())
