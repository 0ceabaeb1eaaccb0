"""Statistics of a column of numbers, from blocks of them."""

from typing import Any

import numpy as np

from datasets.columns.cells import number_text
from datasets.columns.number_scan import NumberScan
from datasets.columns.scan import ColumnScan

BINS = 20
TOP = 20
TOP_NUMBERS = 50
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
SAMPLE = 4_000_000


class NumberSummary:
    """Spread, histogram and quantiles of numbers whose count, sum and bounds are known.

    Quantiles are exact up to a bound on the number of values, beyond it they are those of every k-th value.
    """

    def __init__(self, scan: NumberScan, *, width: int) -> None:
        self._scan = scan
        self._mean = scan.total / max(1, scan.count)
        self._squares = 0.0
        self._edges = _edges(scan.minimum, scan.maximum)
        self._bins = np.zeros(BINS, np.int64)
        self._stride = max(1, -(-scan.count // max(1000, SAMPLE // width)))
        self._offset = 0
        self._sample: list[np.ndarray] = []

    def add(self, numbers: np.ndarray) -> None:
        """Take in a block of numbers, without missing ones."""
        with np.errstate(over="ignore", invalid="ignore"):
            self._squares += float(np.square(numbers - self._mean).sum())
        if self._edges is not None:
            # What np.histogram counts, in a third of its time.
            inner = np.searchsorted(np.sort(numbers), self._edges[1:-1])
            self._bins += np.diff(inner, prepend=0, append=len(numbers))
        self._sample.append(numbers[self._offset :: self._stride].copy())
        self._offset = (self._offset - len(numbers)) % self._stride

    def to_json(self) -> dict[str, Any]:
        """Return the statistics as JSON values; what overflows a float is null."""
        sample = np.concatenate(self._sample) if self._sample else np.zeros(0)
        with np.errstate(over="ignore", invalid="ignore"):
            quantiles = np.quantile(sample, QUANTILES) if sample.size else np.zeros(len(QUANTILES))
        return {
            "min": self._scan.minimum,
            "max": self._scan.maximum,
            "mean": _finite(self._mean),
            "std": _finite(np.sqrt(self._squares / max(1, self._scan.count))),
            "quantiles": {str(q): _finite(value) for q, value in zip(QUANTILES, quantiles, strict=True)},
            "quantiles_exact": self._stride == 1,
            "histogram": self._histogram(),
            "whole": self._scan.whole,
        }

    def _histogram(self) -> dict[str, list[float] | list[int]] | None:
        if self._edges is None:
            return None
        return {"edges": self._edges.tolist(), "counts": self._bins.tolist()}


def _edges(minimum: float, maximum: float) -> np.ndarray | None:
    """Divide the range into bins; None when floats are too coarse or too small for that many."""
    if minimum == maximum:
        minimum, maximum = minimum - 0.5, maximum + 0.5
    with np.errstate(over="ignore", invalid="ignore"):
        edges = np.linspace(minimum, maximum, BINS + 1)
        is_drawable = bool(np.isfinite(edges).all() and (np.diff(edges) > 0).all())
    return edges if is_drawable else None


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def top_values(scan: ColumnScan) -> list[dict[str, Any]] | None:
    """Return the most frequent values with their counts; None for numbers of which there are many."""
    if not scan.numbers:
        return [{"value": value, "count": count} for value, count in scan.values.top(TOP)]
    if not scan.values.is_exact:
        return None
    numbers, counts = scan.number_counts()
    if len(numbers) > TOP_NUMBERS:
        return None
    order = np.argsort(-counts, kind="stable")
    return [{"value": number_text(numbers[i]), "count": int(counts[i])} for i in order]
