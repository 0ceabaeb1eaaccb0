"""Bootstrap intervals hold what they promise, and shuffled columns show what a model uses."""

import numpy as np
import pytest

from neural import scoring


def mean_of(values: np.ndarray) -> scoring.intervals.Statistics:
    """Make the statistic of a mean."""
    return lambda rows: {"mean": float(values[rows].mean())}


def test_the_same_seed_gives_the_same_interval() -> None:
    """An evaluation can be repeated to the bit."""
    values = np.random.default_rng(1).normal(size=50)

    first, again, other = (scoring.bootstrap(mean_of(values), 50, np.random.default_rng(seed)) for seed in (3, 3, 4))

    assert first == again != other


def test_intervals_cover_as_often_as_they_say() -> None:
    """Of 300 samples about 95 % have the true mean in their interval; a percentile interval covers slightly less."""
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(300):
        low, high = scoring.bootstrap(mean_of(rng.normal(size=60)), 60, rng)["mean"]
        covered += low <= 0 <= high

    assert 0.90 <= covered / 300 <= 0.98


def test_one_row_has_no_width_and_what_is_not_defined_has_no_interval() -> None:
    """The edges are answered, not failed on."""
    one = scoring.bootstrap(mean_of(np.array([4.0])), 1, np.random.default_rng(1))
    none = scoring.bootstrap(lambda _: {"r2": float("nan")}, 5, np.random.default_rng(1))

    assert one["mean"] == (4.0, 4.0)
    assert np.isnan(none["r2"]).all()


def test_only_columns_that_are_used_are_important() -> None:
    """The inputs of a block are shuffled together; the rows themselves stay as they were."""
    x = np.random.default_rng(1).normal(size=(400, 3))
    before = x.copy()
    truth = x[:, 0] + x[:, 1]

    used, unused = scoring.permutation_importance(
        x,
        [slice(0, 2), slice(2, 3)],
        lambda given: float(np.mean((given[:, 0] + given[:, 1] - truth) ** 2)),
        np.random.default_rng(2),
        repeats=3,
    )

    assert np.array_equal(x, before)
    assert used == pytest.approx(2 * truth.var(), rel=0.2)
    assert unused == 0
