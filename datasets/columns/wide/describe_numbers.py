"""Kinds and statistics of many columns of numbers at once, as `NumberSummary` gives them for each."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from datasets.columns.cells import number_text
from datasets.columns.column import Column, Kind
from datasets.columns.statistics import BINS, QUANTILES, TOP_NUMBERS


def describe_numbers(names: Sequence[str], table: np.ndarray) -> list[Column]:
    """Describe the rows of `table` (columns, rows), NaN for missing; each has a number."""
    if not len(table):
        return []
    ordered = np.sort(table, axis=1)  # NaN last
    counts = (~np.isnan(table)).sum(axis=1)
    low, high = ordered[:, 0], ordered[np.arange(len(ordered)), counts - 1]
    with np.errstate(over="ignore", invalid="ignore"):
        means = np.where(np.isnan(table), 0.0, table).sum(axis=1) / counts
        squares = np.where(np.isnan(table), 0.0, np.square(table - means[:, None]))
        spreads = np.sqrt(squares.sum(axis=1) / counts)
        whole = ((table == np.floor(table)) | np.isnan(table)).all(axis=1)
    distinct = 1 + (ordered[:, 1:] > ordered[:, :-1]).sum(axis=1)
    is_few = (distinct <= TOP_NUMBERS).tolist()
    facts = {
        "min": low.tolist(), "max": high.tolist(), "mean": _finite(means), "std": _finite(spreads),
        "quantiles": _quantiles(ordered, counts), "quantiles_exact": [True] * len(names),
        "histogram": _histograms(table, low, high), "whole": whole.tolist(),
        "top": [_top(row[:count]) if few else None
                for row, count, few in zip(ordered, counts, is_few, strict=True)],
    }  # fmt: skip
    statistics = [dict(zip(facts, values, strict=True)) for values in zip(*facts.values(), strict=True)]
    return [
        Column(
            name=name,
            kind=Kind.CONSTANT if different == 1 and not gaps else Kind.NUMBER,
            missing=gaps,
            distinct=different,
            numeric=True,
            statistics=each,
        )
        for name, gaps, different, each in zip(
            names, (table.shape[1] - counts).tolist(), distinct.tolist(), statistics, strict=True
        )
    ]


def _finite(values: np.ndarray) -> list[float | None]:
    return [value if good else None for value, good in zip(values.tolist(), np.isfinite(values).tolist(), strict=True)]


def _quantiles(ordered: np.ndarray, counts: np.ndarray) -> list[dict[str, float | None]]:
    """Interpolate between neighbours, as NumPy does by default."""
    places = np.array(QUANTILES) * (counts[:, None] - 1)
    below = np.floor(places).astype(np.int64)
    above = np.minimum(below + 1, counts[:, None] - 1)
    share = places - below
    first, second = np.take_along_axis(ordered, below, axis=1), np.take_along_axis(ordered, above, axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        step = second - first
        found = np.where(share < 0.5, first + step * share, second - step * (1 - share))
    names = [str(share) for share in QUANTILES]
    return [dict(zip(names, _finite(row), strict=True)) for row in found]


def _histograms(table: np.ndarray, low: np.ndarray, high: np.ndarray) -> list[dict[str, Any] | None]:
    """Count in bins of one width; None where floats are too coarse or too small for that many."""
    is_flat = low == high
    low, high = np.where(is_flat, low - 0.5, low), np.where(is_flat, high + 0.5, high)
    with np.errstate(all="ignore"):
        edges = _edges(low[:, None], high[:, None])
        is_drawable = np.asarray(np.isfinite(edges).all(axis=1) & (np.diff(edges, axis=1) > 0).all(axis=1))
        place = (table - low[:, None]) / (high - low)[:, None] * BINS
    is_counted = ~np.isnan(table) & is_drawable[:, None]
    place = np.where(is_counted, place, 0.0).astype(np.int64).clip(0, BINS - 1)
    # Rounding may put a number at an edge into the bin beside it.
    place -= (table < np.take_along_axis(edges, place, axis=1)) & (place > 0)
    place += (table >= np.take_along_axis(edges, place + 1, axis=1)) & (place < BINS - 1)
    flat = (place + np.arange(len(table))[:, None] * BINS)[is_counted]
    counts = np.bincount(flat, minlength=len(table) * BINS).reshape(-1, BINS)
    return [
        {"edges": at, "counts": count} if good else None
        for at, count, good in zip(edges.tolist(), counts.tolist(), is_drawable.tolist(), strict=True)
    ]


def _edges(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Divide ranges as `np.linspace` does for each of them; given all at once, it rounds otherwise if one is tiny."""
    place, width = np.arange(BINS + 1.0), high - low
    step = width / BINS
    edges: np.ndarray = np.where(step == 0, place / BINS * width, place * step) + low
    edges[:, -1:] = high
    return edges


def _top(ordered: np.ndarray) -> list[dict[str, Any]]:
    """List all numbers of a column by how often they are there, of equals the smaller first."""
    counts = Counter(ordered.tolist())
    return [{"value": number_text(number), "count": count} for number, count in counts.most_common()]
