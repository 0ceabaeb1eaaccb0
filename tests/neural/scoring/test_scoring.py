"""Figures are those of scikit-learn on the same answers, at the edges, too."""

import warnings
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn import calibration as reference_calibration
from sklearn import metrics as reference

from neural import scoring

EXACT = {"rel": 1e-9, "abs": 1e-9}


@dataclass(frozen=True)
class Case:
    """Probabilities (rows, classes) beside the classes that were true."""

    shares: np.ndarray
    true: np.ndarray

    @property
    def classes(self) -> range:
        """The numbers of the classes."""
        return range(self.shares.shape[1])

    @property
    def answered(self) -> np.ndarray:
        """The likeliest class of each row."""
        return self.shares.argmax(axis=1)


def drawn(rows: int, classes: int, seed: int, *, digits: int = 15, only: tuple[int, ...] = ()) -> Case:
    """Draw probabilities, coarse ones with few digits, and true classes, perhaps only some of them."""
    rng = np.random.default_rng(seed)
    weights = np.round(rng.random((rows, classes)), digits) + 10.0**-digits
    true = rng.choice(only or classes, size=rows)
    return Case(weights / weights.sum(axis=1, keepdims=True), true)


def yes_no(yes: list[float], true: list[int]) -> Case:
    """Write down two classes by the probability of the second."""
    return Case(np.column_stack([1 - np.array(yes), yes]), np.array(true))


CASES = {
    "two classes": drawn(200, 2, 1),
    "three classes": drawn(300, 3, 2),
    "thirty classes, some absent": drawn(60, 30, 3),
    "ties": drawn(200, 2, 4, digits=1),
    "ties between classes": drawn(200, 4, 5, digits=1),
    "a class is absent": drawn(80, 3, 6, only=(0, 2)),
    "only one class": drawn(40, 2, 7, only=(1,)),
    "one row": yes_no([0.7], [1]),
    "one row, wrong": yes_no([0.7], [0]),
    "constant answers": Case(np.tile([0.6, 0.3, 0.1], (50, 1)), np.arange(50) % 3),
    "certain, rightly and wrongly": yes_no([0.0, 1.0, 1.0, 0.0, 1.0], [0, 1, 0, 1, 1]),
    "at the ends of bins": yes_no([0.1, 0.2, 0.3, 0.5, 0.5, 0.9, 1.0, 0.0], [0, 0, 1, 1, 0, 1, 1, 0]),
}


@pytest.fixture(params=CASES.values(), ids=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    """Give each case in turn."""
    given: Case = request.param
    return given


@pytest.fixture(autouse=True)
def quiet() -> object:
    """Let the reference warn of absent classes: these are the edges that are wanted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_decisions(case: Case) -> None:
    """Accuracy, balanced accuracy, the confusion matrix, and the figures of each class."""
    labels, classes = list(case.classes), len(case.classes)
    figures = scoring.class_figures(case.true, case.answered, classes)

    wanted = reference.precision_recall_fscore_support(case.true, case.answered, labels=labels, zero_division=0)
    assert np.array_equal(
        scoring.confusion_matrix(case.true, case.answered, classes),
        reference.confusion_matrix(case.true, case.answered, labels=labels),
    )
    assert scoring.accuracy(case.true, case.answered) == pytest.approx(
        reference.accuracy_score(case.true, case.answered), **EXACT
    )
    assert scoring.balanced_accuracy(case.true, case.answered, classes) == pytest.approx(
        reference.balanced_accuracy_score(case.true, case.answered), **EXACT
    )
    for got, want in zip((figures.precision, figures.recall, figures.f1, figures.support), wanted, strict=True):
        assert got == pytest.approx(want, **EXACT)


def test_probabilities(case: Case) -> None:
    """Log loss and Brier score; of two classes the latter is that of the second."""
    labels = list(case.classes)
    happened = np.eye(len(labels))[case.true]

    wanted_brier = ((case.shares - happened) ** 2).sum(axis=1).mean() / (2 if len(labels) == 2 else 1)
    assert scoring.log_losses(case.shares, case.true).mean() == pytest.approx(
        reference.log_loss(case.true, case.shares, labels=labels), **EXACT
    )
    assert scoring.brier_scores(case.shares, case.true).mean() == pytest.approx(
        reference.brier_score_loss(case.true, case.shares, labels=labels), **EXACT
    )
    assert scoring.brier_scores(case.shares, case.true).mean() == pytest.approx(wanted_brier, **EXACT)


def test_roc_curves(case: Case) -> None:
    """Every point of one class against the others, and the area, which is not defined where one side is absent."""
    for label in case.classes:
        positive, scores = case.true == label, case.shares[:, label]
        curve = scoring.roc_curve(scores, positive)

        false, true, thresholds = reference.roc_curve(positive, scores, drop_intermediate=False)
        assert curve.x == pytest.approx(false, nan_ok=True, **EXACT)
        assert curve.y == pytest.approx(true, nan_ok=True, **EXACT)
        assert curve.thresholds == pytest.approx(thresholds, **EXACT)
        assert curve.area == pytest.approx(reference.roc_auc_score(positive, scores), nan_ok=True, **EXACT)


def test_precision_recall_curves(case: Case) -> None:
    """Every point, and the average precision; without rows of the class there is no recall, where others warn."""
    for label in case.classes:
        positive, scores = case.true == label, case.shares[:, label]
        curve = scoring.precision_recall_curve(scores, positive)

        precision, recall, thresholds = reference.precision_recall_curve(positive, scores)
        assert curve.y == pytest.approx(precision[::-1], **EXACT)
        assert curve.thresholds[1:] == pytest.approx(thresholds[::-1], **EXACT)
        if not positive.any():
            assert np.isnan(curve.x).all()
            assert np.isnan(curve.area)
            continue
        assert curve.x == pytest.approx(recall[::-1], **EXACT)
        assert curve.area == pytest.approx(reference.average_precision_score(positive, scores), **EXACT)


def test_calibration(case: Case) -> None:
    """The bins of the likeliest class, and the error that is their weighed distance."""
    confidence, right = case.shares.max(axis=1), case.answered == case.true
    got = scoring.calibration(confidence, right)

    observed, predicted = reference_calibration.calibration_curve(right, confidence, n_bins=10)
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], confidence)
    by_hand = sum(abs(right[bins == b].sum() - confidence[bins == b].sum()) for b in np.unique(bins)) / len(right)
    assert got.observed == pytest.approx(observed, **EXACT)
    assert got.predicted == pytest.approx(predicted, **EXACT)
    assert got.counts.sum() == len(case.true)
    assert got.error == pytest.approx(by_hand, **EXACT)


NUMBERS = {
    "ordinary": (np.random.default_rng(1).normal(size=100), np.random.default_rng(2).normal(size=100)),
    "constant answers": (np.arange(10.0), np.full(10, 4.5)),
    "constant truth": (np.full(6, 3.0), np.arange(6.0)),
    "one row": (np.array([2.0]), np.array([5.0])),
    "all right": (np.arange(5.0), np.arange(5.0)),
    "far from zero": (1e6 + np.arange(50.0), 1e6 + np.arange(50.0)[::-1]),
}


@pytest.mark.parametrize(("true", "answered"), NUMBERS.values(), ids=NUMBERS)
def test_numbers(true: np.ndarray, answered: np.ndarray) -> None:
    """RMSE, R² and quantiles of the residuals; R² is not defined where the truth does not vary."""
    residuals = true - answered

    wanted_r2 = reference.r2_score(true, answered, force_finite=False)
    assert scoring.root_mean_square(residuals) == pytest.approx(
        reference.root_mean_squared_error(true, answered), **EXACT
    )
    assert scoring.r2(true, residuals) == pytest.approx(
        wanted_r2 if np.isfinite(wanted_r2) else np.nan, nan_ok=True, **EXACT
    )
    assert scoring.residual_quantiles(residuals, (0.05, 0.5)) == pytest.approx(
        np.percentile(residuals, (5, 50)), **EXACT
    )


def test_a_thin_curve_keeps_its_ends_and_its_area() -> None:
    """A curve over ten thousand rows is for looking at; its area is still that of all points."""
    rng = np.random.default_rng(1)
    whole = scoring.roc_curve(rng.random(10_000), rng.random(10_000) > 0.5)

    thin = scoring.thin(whole, 100)

    assert len(thin.x) == len(thin.y) == len(thin.thresholds) == 100
    assert (thin.x[0], thin.x[-1], thin.area) == (0, 1, whole.area)
    assert scoring.thin(thin, 100) is thin
