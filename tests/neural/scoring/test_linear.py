"""The linear models are those of scikit-learn on standardized inputs."""

import numpy as np
import pytest
from sklearn import linear_model as reference

from neural import scoring


def standardized(rows: int = 120, inputs: int = 5, seed: int = 1) -> tuple[np.ndarray, np.random.Generator]:
    """Draw inputs of mean 0 and deviation 1, so that both sides penalize the same weights."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, inputs))
    return (x - x.mean(axis=0)) / x.std(axis=0), rng


def test_ridge_regression() -> None:
    """The same weights as `Ridge(alpha=1)`."""
    x, rng = standardized()
    y = x @ rng.normal(size=(5, 1)) + 7 + 0.1 * rng.normal(size=(120, 1))

    model = scoring.ridge_regression(x, y)

    wanted = reference.Ridge(alpha=1.0, tol=1e-12).fit(x, y[:, 0])
    assert model.answers(x)[:, 0] == pytest.approx(wanted.predict(x), rel=1e-8)


@pytest.mark.parametrize("classes", [2, 3])
def test_logistic_regression(classes: int) -> None:
    """The same probabilities as the penalized maximum likelihood that L-BFGS finds."""
    x, rng = standardized()
    true = (x @ rng.normal(size=(5, classes)) + rng.gumbel(size=(120, classes))).argmax(axis=1)

    model = scoring.logistic_regression(x, true, classes)

    # two symmetric columns of weights w/2 cost half of what one column w does
    wanted = reference.LogisticRegression(C=2.0 if classes == 2 else 1.0, tol=1e-10, max_iter=10_000).fit(x, true)
    assert model.shares(x) == pytest.approx(wanted.predict_proba(x), abs=2e-4)


def test_inputs_of_any_scale_and_constant_ones() -> None:
    """An input in millions is as good as one in millionths, and one that never varies does no harm."""
    x, rng = standardized()
    true = (x[:, 0] + 0.3 * rng.normal(size=120) > 0).astype(np.int64)
    scaled = np.column_stack([x * [1e6, 1e-6, 1, 1, 1], np.full(120, 3.0)])

    model = scoring.logistic_regression(scaled, true, 2)

    assert model.shares(scaled) == pytest.approx(scoring.logistic_regression(x, true, 2).shares(x), abs=1e-6)


def test_separable_classes_stay_finite() -> None:
    """The penalty keeps the weights small where nothing else does."""
    x = np.linspace(-1, 1, 50)[:, None]
    true = (x[:, 0] > 0).astype(np.int64)

    shares = scoring.logistic_regression(x, true, 2).shares(x)

    assert np.isfinite(shares).all()
    assert (shares.argmax(axis=1) == true).all()
