"""Bootstrap intervals: how much a figure would vary on other rows of the same kind."""

from collections.abc import Callable, Mapping

import numpy as np

from neural.scoring.arrays import Ids

LEVEL = 0.95
RESAMPLES = 200

Statistics = Callable[[Ids], Mapping[str, float]]


def bootstrap(
    statistics: Statistics,
    rows: int,
    rng: np.random.Generator,
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
) -> dict[str, tuple[float, float]]:
    """Percentile intervals of figures, from rows drawn with replacement; `statistics` gets the drawn row numbers.

    NaN twice for a figure that is finite in no draw. Source: Efron, Bootstrap methods, 1979.
    """
    drawn = [statistics(rng.integers(rows, size=rows)) for _ in range(resamples)]
    tails = ((1 - level) / 2, (1 + level) / 2)
    return {name: _between([figures[name] for figures in drawn], tails) for name in drawn[0]}


def _between(values: list[float], tails: tuple[float, float]) -> tuple[float, float]:
    known = np.array(values)[np.isfinite(values)]
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.quantile(known, tails).tolist()
    return low, high
