"""The tables of a report: mean ranks, normalised gaps, median ratios with bootstrap intervals, wall times."""

from collections.abc import Collection, Iterable
from statistics import mean, median

import numpy as np

from benchmarks.quality.results import Result
from benchmarks.quality.scoring import LESS_IS_BETTER

FEW_ROWS = 2_000
REPEATS = 2_000
Case = tuple[str, int]  # table, seed


def report(results: Iterable[Result], recipes: Collection[str], *, against: Collection[str] = ()) -> str:
    """Write everything over the tables and seeds on which all recipes ran."""
    found = {result.key: result for result in results if result.recipe in recipes}
    cases = complete_cases(found, recipes)
    if not cases:
        return "no table and seed on which all of these ran"
    lines = [f"{len(cases)} cases: {len({table for table, _ in cases})} tables × seeds, on which all recipes ran"]
    lines += _ranks(found, cases, list(recipes))
    for other in against:
        lines += _ratios(found, cases, [name for name in recipes if name != other], other)
    return "\n".join([*lines, *_times(found, cases, list(recipes))])


def complete_cases(found: dict[tuple[str, int, str], Result], recipes: Collection[str]) -> list[Case]:
    """List the tables and seeds on which all recipes ran."""
    cases = dict.fromkeys((table, seed) for table, seed, _ in found)
    return [case for case in cases if all((*case, recipe) in found for recipe in recipes)]


def _ranks(found: dict[tuple[str, int, str], Result], cases: list[Case], recipes: list[str]) -> list[str]:
    lines = ["", "mean rank / normalised gap (0 best, 1 worst)", f"{'':10}" + "".join(f"{n:>14}" for n in recipes)]
    for metric, is_less in LESS_IS_BETTER.items():
        grid = _grid(found, cases, recipes, metric)
        if not len(grid):
            continue
        signed = grid if is_less else -grid
        ranks = np.array([_rank(row) for row in signed])
        low, high = signed.min(axis=1, keepdims=True), signed.max(axis=1, keepdims=True)
        gaps = (signed - low) / np.where(high > low, high - low, 1)
        cells = [f"{r:8.2f}/{g:.2f}" for r, g in zip(ranks.mean(axis=0), gaps.mean(axis=0), strict=True)]
        lines.append(f"{metric:10}" + "".join(f"{cell:>14}" for cell in cells))
    return lines


def _grid(found: dict[tuple[str, int, str], Result], cases: list[Case], recipes: list[str], metric: str) -> np.ndarray:
    measured = [case for case in cases if metric in found[*case, recipes[0]].scores]
    return np.array([[found[*case, recipe].scores[metric] for recipe in recipes] for case in measured])


def _rank(row: np.ndarray) -> np.ndarray:
    """Rank from 1, the mean rank for equals."""
    return np.array([(row < value).sum() + ((row == value).sum() + 1) / 2 for value in row])


def _ratios(found: dict[tuple[str, int, str], Result], cases: list[Case], recipes: list[str], other: str) -> list[str]:
    """Tell log loss and RMSE as shares of another recipe's: the median, with an interval over tables."""
    lines = ["", f"log loss and RMSE as a share of {other}'s: median [95 %], better on so many tables"]
    for recipe in recipes:
        by_table: dict[str, list[float]] = {}
        for case in cases:
            one, two = found[*case, recipe].scores, found[*case, other].scores
            metric = "rmse" if "rmse" in one else "log_loss"
            by_table.setdefault(case[0], []).append(one[metric] / two[metric])
        values = np.array([mean(shares) for shares in by_table.values()])
        low, high = _interval(values)
        wins = int((values < 1).sum())
        lines.append(f"{recipe:14} {np.median(values):6.3f} [{low:.3f}, {high:.3f}] {wins:3} of {len(values)}")
    return lines


def _interval(values: np.ndarray) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    drawn = np.median(values[rng.integers(0, len(values), (REPEATS, len(values)))], axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _times(found: dict[tuple[str, int, str], Result], cases: list[Case], recipes: list[str]) -> list[str]:
    lines = ["", f"seconds of training on one core, median: up to {FEW_ROWS:,} rows / more / largest"]
    for recipe in recipes:
        taken = [found[*case, recipe] for case in cases]
        few = [each.seconds for each in taken if each.rows <= FEW_ROWS] or [float("nan")]
        more = [each.seconds for each in taken if each.rows > FEW_ROWS] or [float("nan")]
        largest = max(each.seconds for each in taken)
        lines.append(f"{recipe:14} {median(few):8.2f} {median(more):8.2f} {largest:8.2f}")
    return lines
