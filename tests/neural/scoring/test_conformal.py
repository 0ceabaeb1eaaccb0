"""Split-conformal prediction: what is promised comes true, whatever the model and the noise."""

import numpy as np
import pytest

from neural import scoring
from neural.scoring import ConformalScores

LEVELS = (0.8, 0.9)
DATASETS = 20
ROWS = 600  # for validation, and as many to count on


def numbers(seed: int) -> dict[float, float]:
    """Fit a line to what is none, with noise of one of several kinds; give how often intervals hold the truth."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(3 * ROWS, 1 + seed % 4))
    noise = [rng.normal, rng.standard_cauchy, rng.exponential, rng.uniform][seed % 4]
    y = np.sin(x).sum(axis=1) + 0.5 * noise(size=len(x)) * (1 + np.abs(x[:, 0]))
    answers = scoring.ridge_regression(x[:ROWS], y[:ROWS, None]).answers(x)[:, 0]
    distances = scoring.distances(y, answers)
    kept = ConformalScores.of(distances[ROWS : 2 * ROWS])
    return {level: float(np.mean(distances[2 * ROWS :] <= kept.threshold(level))) for level in LEVELS}


def classes(seed: int) -> dict[float, float]:
    """Fit a logistic regression to classes that overlap; give how often sets hold the truth."""
    rng = np.random.default_rng(seed)
    count = 2 + seed % 4
    true = rng.integers(0, count, 3 * ROWS)
    x = rng.normal(size=(len(true), 3)) + rng.normal(size=(count, 3))[true]
    shares = scoring.logistic_regression(x[:ROWS], true[:ROWS], count).shares(x)
    kept = ConformalScores.of(scoring.class_scores(shares, true)[ROWS : 2 * ROWS])
    rest = slice(2 * ROWS, None)
    found = {}
    for level in LEVELS:
        sets = scoring.class_sets(shares[rest], kept.threshold(level))
        found[level] = float(np.mean(sets[np.arange(ROWS), true[rest]]))
    return found


@pytest.mark.parametrize("level", LEVELS)
def test_coverage_is_as_promised_on_twenty_datasets(level: float) -> None:
    """On the average within 3 points; `./chainrule bench coverage` does it with networks on real tables."""
    found = [(classes if seed % 2 else numbers)(seed)[level] for seed in range(DATASETS)]

    assert abs(np.mean(found) - level) <= 0.03
    assert all(abs(each - level) <= 0.08 for each in found)


def test_the_threshold_is_the_rank_that_the_theory_names() -> None:
    """The ⌈(n + 1)·level⌉-th smallest score; beyond n / (n + 1) there is none."""
    kept = ConformalScores.of(np.arange(9, 0, -1.0))

    assert [kept.threshold(level) for level in (0.1, 0.5, 0.55, 0.9)] == [1, 5, 6, 9]
    assert kept.threshold(0.91) == np.inf
    assert kept.highest_level == pytest.approx(0.9)


def test_many_scores_are_thinned_to_the_safe_side() -> None:
    """A thousand are kept, the largest among them; a threshold is never smaller than that of all."""
    scores = np.random.default_rng(1).exponential(size=25_003)
    kept, ordered = ConformalScores.of(scores), np.sort(scores)

    for level in (0.1, 0.8, 0.9, 0.99, 0.9999):
        rank = int(np.ceil(25_004 * level))
        assert ordered[rank - 1] <= kept.threshold(level) <= ordered[min(rank + 26, 25_002)]
    assert len(kept.scores) <= 1000
    assert kept.scores[-1] == ordered[-1]
