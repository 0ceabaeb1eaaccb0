"""Different values of a column with their counts, within a bounded amount of memory."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

KEPT = 1000
SORTED_HERE = 200
"""So few values are sorted sooner than a table is made of them; thousands of columns are."""
NO_VALUES, NO_COUNTS = pa.array([], pa.string()), np.zeros(0, np.int64)


@dataclass(frozen=True)
class Orders:
    """The places of values in the order of their text, and the most frequent values, ties in the order of their text.

    There are as many of these as anybody asks for, each with its count.
    """

    by_text: np.ndarray
    top: list[tuple[str, int]]


class ValueCounts:
    """Counts values block by block; beyond `most_values` or `most_bytes` it stops and keeps the most frequent ones."""

    def __init__(self, *, most_values: int, most_bytes: int) -> None:
        self.values: pa.Array = NO_VALUES  # takes the type of the first values
        self.counts = NO_COUNTS
        self.distinct = 0
        self.seen = 0
        self.is_exact = True
        self.most_values = most_values
        self._most_bytes = most_bytes
        self._orders: Orders | None = None

    def add(self, values: pa.Array) -> None:
        """Count a block of values without nulls."""
        if not self.is_exact or not len(values):
            return
        if not len(self.values):
            self.values = NO_VALUES.cast(values.type)
        block = pc.value_counts(values)
        joined = pa.concat_arrays([self.values, block.field("values")]).dictionary_encode()
        weights = np.concatenate([self.counts, np.asarray(block.field("counts"))])
        counts = np.bincount(np.asarray(joined.indices), weights=weights, minlength=len(joined.dictionary))
        self.take_over(joined.dictionary, counts.astype(np.int64))

    def take_over(self, values: pa.Array, counts: np.ndarray, orders: Orders | None = None) -> None:
        """Put different values with their counts, and perhaps their orders, into the place of those that are known."""
        self.values, self.counts, self._orders = values, counts, orders
        self.distinct = len(values)
        self.seen = int(counts.sum())
        if self.distinct > self.most_values or self.values.nbytes > self._most_bytes:
            self._stop()

    def _stop(self) -> None:
        self.is_exact, self._orders = False, None
        top = np.argsort(-self.counts, kind="stable")[:KEPT]
        self.values, self.counts = self.values.take(pa.array(top)), self.counts[top]

    def sorted_values(self) -> pa.Array:
        """List the different values in the order of their UTF-8 bytes."""
        return self.values.take(self.order())

    def order(self) -> pa.Array:
        """List the places of the values in the order of their UTF-8 bytes."""
        return pa.array(self._orders.by_text) if self._orders else pc.sort_indices(self.values)

    def top(self, most: int) -> list[tuple[str, int]]:
        """List the most frequent values, ties in the order of their text."""
        if self._orders:
            return self._orders.top[:most]
        if len(self.values) <= SORTED_HERE:
            pairs = zip(self.values.to_pylist(), self.counts.tolist(), strict=True)
            return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:most]
        by_count = pa.table({"value": self.values, "count": self.counts}).sort_by(
            [("count", "descending"), ("value", "ascending")]
        )
        return [(row["value"], row["count"]) for row in by_count.slice(0, most).to_pylist()]
