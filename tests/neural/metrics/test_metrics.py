"""Metrics are those of scikit-learn, over all rows, however the rows were batched."""

import warnings
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from neural.metrics import METRICS, Units, accumulator

REGRESSION = [name for name, metric in METRICS.items() if "regression" in metric.tasks]
CLASSIFICATION = [name for name, metric in METRICS.items() if "multiclass" in metric.tasks]
MULTILABEL = [name for name, metric in METRICS.items() if "multilabel" in metric.tasks]


def measure(name: str, outputs: np.ndarray, y: np.ndarray, *, cuts: tuple[int, ...] = ()) -> float:
    """Feed a metric in the pieces that the cuts make."""
    metric = accumulator(name, classes=outputs.shape[1])
    edges = sorted({0, len(y), *(cut for cut in cuts if cut < len(y))})
    for start, stop in pairwise(edges):
        metric.add(outputs[start:stop], y[start:stop])
    return metric.value()


def scores(rows: int, outputs: int, seed: int) -> np.ndarray:
    """Draw coarse scores, so that ties happen."""
    return np.round(np.random.default_rng(seed).random((rows, outputs)), 1)


def decided(score: Callable[..., float], **options: Any) -> Callable[..., float]:
    """Hold yes/no at one half; nothing to divide by is 0, as here."""
    return lambda y, p: score(y, p > 0.5, zero_division=0, **options)


def chosen(score: Callable[..., float], **options: Any) -> Callable[..., float]:
    """Take the likeliest class, and average over the classes unless told otherwise."""
    return lambda y, p: score(y, p.argmax(1), zero_division=0, **({"average": "macro"} | options))


BINARY = {
    "accuracy": lambda y, p: reference.accuracy_score(y, p > 0.5),
    "balanced_accuracy": lambda y, p: reference.balanced_accuracy_score(y, p > 0.5),
    "precision": decided(reference.precision_score),
    "recall": decided(reference.recall_score),
    "f1": decided(reference.f1_score),
    "f1_weighted": decided(reference.f1_score, average="weighted"),
    "f1_micro": decided(reference.f1_score, average="micro"),
    "f2": decided(reference.fbeta_score, beta=2),
    "f0_5": decided(reference.fbeta_score, beta=0.5),
    **{
        f"{name}_{average}": decided(reference.fbeta_score, beta=beta, average=average)
        for name, beta in (("f2", 2), ("f0_5", 0.5))
        for average in ("weighted", "micro")
    },
    "mean_iou": decided(reference.jaccard_score, average="macro"),
    "cohen_kappa": lambda y, p: reference.cohen_kappa_score(y, p > 0.5),
    "matthews": lambda y, p: reference.matthews_corrcoef(y, p > 0.5),
    "auc": reference.roc_auc_score,
    "pr_auc": reference.average_precision_score,
    "log_loss": lambda y, p: reference.log_loss(y, p, labels=[0, 1]),
}
MULTICLASS = {
    "accuracy": lambda y, p: reference.accuracy_score(y, p.argmax(1)),
    "balanced_accuracy": lambda y, p: reference.balanced_accuracy_score(y, p.argmax(1)),
    "top_3_accuracy": lambda y, p: reference.top_k_accuracy_score(y, p, k=3),
    "top_5_accuracy": lambda y, p: reference.top_k_accuracy_score(y, p, k=5),
    "precision": chosen(reference.precision_score),
    "recall": chosen(reference.recall_score),
    "f1": chosen(reference.f1_score),
    "f1_weighted": chosen(reference.f1_score, average="weighted"),
    "f1_micro": chosen(reference.f1_score, average="micro"),
    "f2": chosen(reference.fbeta_score, beta=2),
    "f0_5": chosen(reference.fbeta_score, beta=0.5),
    **{
        f"{name}_{average}": chosen(reference.fbeta_score, beta=beta, average=average)
        for name, beta in (("f2", 2), ("f0_5", 0.5))
        for average in ("weighted", "micro")
    },
    "mean_iou": chosen(reference.jaccard_score),
    "cohen_kappa": lambda y, p: reference.cohen_kappa_score(y, p.argmax(1)),
    "matthews": lambda y, p: reference.matthews_corrcoef(y, p.argmax(1)),
    "auc": lambda y, p: reference.roc_auc_score(y, p, multi_class="ovr"),
    "pr_auc": lambda y, p: reference.average_precision_score(np.eye(p.shape[1])[y], p),
    "log_loss": reference.log_loss,
}
TOGETHER = {  # averages that are not those of the labels' own values
    "f1_weighted": lambda y, p: reference.f1_score(y, p > 0.5, average="weighted", zero_division=0),
    "f1_micro": lambda y, p: reference.f1_score(y, p > 0.5, average="micro", zero_division=0),
    **{
        f"{name}_{average}": decided(reference.fbeta_score, beta=beta, average=average)
        for name, beta in (("f2", 2), ("f0_5", 0.5))
        for average in ("weighted", "micro")
    },
}
CONTINUOUS = {
    "rmse": reference.root_mean_squared_error,
    "mse": reference.mean_squared_error,
    "mae": reference.mean_absolute_error,
    "mape": lambda y, p: 100 * reference.mean_absolute_percentage_error(y, p),
    "msle": reference.mean_squared_log_error,
    "r2": reference.r2_score,
    "r2_weighted": lambda y, p: reference.r2_score(y, p, multioutput="variance_weighted"),
}


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("seed", range(5))
def test_yes_and_no_are_measured_as_in_scikit_learn(name: str, seed: int) -> None:
    """One output, targets of shape (rows, 1)."""
    y, p = np.arange(40) % 2, scores(40, 1, seed)

    assert measure(name, p, y[:, None].astype(float)) == pytest.approx(BINARY[name](y, p[:, 0]), abs=1e-12)


@pytest.mark.parametrize("name", MULTICLASS)
@pytest.mark.parametrize("seed", range(5))
def test_classes_are_measured_as_in_scikit_learn(name: str, seed: int) -> None:
    """Seven outputs, targets are ids of classes that are not equally frequent."""
    y = np.sqrt(np.arange(60)).astype(int) % 7
    p = np.random.default_rng(seed).random((60, 7))
    p = p / p.sum(1, keepdims=True)

    assert measure(name, p, y) == pytest.approx(MULTICLASS[name](y, p), abs=1e-12)


@pytest.mark.parametrize("name", MULTILABEL)
def test_several_yes_and_no_are_measured_each_and_averaged_as_in_scikit_learn(name: str) -> None:
    """Each label is a question of its own: accuracy per label, F1 and area averaged over the labels."""
    y = np.random.default_rng(3).integers(0, 2, (60, 4))
    p = scores(60, 4, 4)

    averaged = np.mean([BINARY[name](y[:, label], p[:, label]) for label in range(4)])
    expected = TOGETHER[name](y, p) if name in TOGETHER else averaged

    assert measure(name, p, y.astype(float), cuts=(11, 30)) == pytest.approx(expected, abs=1e-12)
    macro = {
        "f1": lambda: reference.f1_score(y, p > 0.5, average="macro", zero_division=0),
        "auc": lambda: reference.roc_auc_score(y, p, average="macro"),
        "accuracy": lambda: 1 - reference.hamming_loss(y, p > 0.5),
    }
    assert averaged == pytest.approx(macro.get(name, lambda: averaged)(), abs=1e-12)


@pytest.mark.parametrize("name", CONTINUOUS)
def test_errors_of_scaled_targets_are_told_in_their_own_units(name: str) -> None:
    """The network learns numbers near 1; people read euros and rooms, averaged as scikit-learn does."""
    generator = np.random.default_rng(6)
    y, means, units = generator.standard_normal((40, 2)), (5e5, 3.0), (1e5, 0.5)
    p = y + 0.2 * generator.standard_normal((40, 2))

    metric = accumulator(name, classes=2, units=Units(units, means))
    metric.add(p, y)

    assert metric.value() == pytest.approx(CONTINUOUS[name](y * units + means, p * units + means), rel=1e-9)


@pytest.mark.parametrize("error", [0.0, 0.5])
def test_constant_targets_count_as_in_scikit_learn(error: float) -> None:
    """0, or 1 where each is met, also beside outputs that vary; of one row nothing can be said."""
    y = np.stack([np.full(20, 3.0), np.arange(20.0)], axis=1)
    p = y + np.array([error, 0.25])

    assert measure("r2", p, y) == pytest.approx(reference.r2_score(y, p), abs=1e-12)
    assert measure("r2", p[:, :1], y[:, :1]) == reference.r2_score(y[:, :1], p[:, :1])
    assert np.isnan(measure("r2", p[:1], y[:1]))


@pytest.mark.parametrize("name", CONTINUOUS)
@pytest.mark.parametrize("outputs", [1, 3])
def test_errors_are_measured_as_in_scikit_learn(name: str, outputs: int) -> None:
    """Also far from zero, where sums of squares would lose their digits."""
    generator = np.random.default_rng(2)
    y = 1e6 + generator.standard_normal((50, outputs))
    p = y + 0.3 * generator.standard_normal((50, outputs))

    assert measure(name, p, y, cuts=(7, 20, 21)) == pytest.approx(CONTINUOUS[name](y, p), abs=1e-9)


@pytest.mark.parametrize("name", CLASSIFICATION)
@settings(max_examples=15)
@given(cuts=st.lists(st.integers(1, 59), max_size=6), seed=st.integers(0, 99))
def test_batches_do_not_change_a_metric(name: str, cuts: list[int], seed: int) -> None:
    """A mean of batch means would."""
    y, p = np.random.default_rng(seed).integers(0, 3, 60), scores(60, 3, seed)

    assert measure(name, p, y, cuts=tuple(cuts)) == measure(name, p, y)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_goes_on_from_its_arrays(name: str) -> None:
    """A checkpoint in the middle of an epoch holds what was collected so far."""
    classes = name in CLASSIFICATION
    p = scores(30, 3, 1)
    y = np.arange(30) % 3 if classes else p + scores(30, 3, 2)
    first, second = accumulator(name, classes=3), accumulator(name, classes=3)
    first.add(p[:11], y[:11])

    second.restore_in_place(first.to_arrays())
    for metric in (first, second):
        metric.add(p[11:], y[11:])

    assert second.value() == first.value() == pytest.approx(measure(name, p, y))


@pytest.mark.parametrize("name", METRICS)
def test_no_rows_have_no_metric(name: str) -> None:
    """Undefined is NaN, without a warning and without a crash."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = accumulator(name, classes=2).value()

    assert np.isnan(value)


@pytest.mark.parametrize(("name", "y"), [("auc", 1.0), ("pr_auc", 0.0)])
def test_one_class_alone_has_no_area(name: str, y: float) -> None:
    """There is no pair to compare, or nothing to be found."""
    assert np.isnan(measure(name, scores(5, 1, 0), np.full((5, 1), y)))


@pytest.mark.parametrize("name", ["precision", "recall", "f1", "f2", "f0_5", "f1_weighted", "f1_micro"])
def test_classes_that_nobody_has_or_predicts_have_no_say(name: str) -> None:
    """As in scikit-learn, which sees only the classes that occur on either side."""
    y, p = np.array([0, 0, 1, 1]), np.eye(5)[[0, 1, 1, 3]]

    assert measure(name, p, y) == pytest.approx(MULTICLASS[name](y, p), abs=1e-12)


@pytest.mark.parametrize("name", ["precision", "recall", "f1", "f2", "f0_5"])
def test_a_yes_that_never_comes_counts_as_zero(name: str) -> None:
    """As in Keras and in scikit-learn with `zero_division=0`."""
    assert measure(name, np.full((4, 1), 0.1), np.zeros((4, 1))) == 0


def test_a_class_that_ties_with_the_last_of_the_best_is_among_them() -> None:
    """As in Keras, so that a network that gives every class the same is right at once."""
    assert measure("top_3_accuracy", np.full((2, 7), 1 / 7), np.array([0, 6])) == 1


def test_probabilities_of_zero_do_not_make_the_log_loss_infinite() -> None:
    """They are held at the spacing of float32, as in scikit-learn."""
    p, y = np.array([[0.0, 1.0], [1.0, 0.0]], np.float32), np.array([0, 0])

    expected = reference.log_loss(y, p.astype(np.float32), labels=[0, 1])
    assert measure("log_loss", p, y) == pytest.approx(expected, rel=1e-6)
