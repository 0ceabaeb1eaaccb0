"""An LRU cache of what every plan reads: columns of datasets, and what quotes are made from."""

import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from threading import Lock

from cachetools import LRUCache, TTLCache

import specs
from app.services.planning import estimates
from datasets import Column
from store import Store

MOST_COLUMNS = 100_000
FRESH_SECONDS = 1.0  # quotes rest on hundreds of past jobs: the last second changes none of them

Basis = tuple[list[specs.Calibration], specs.PastTrainings]
Columns = tuple[Column, ...]


class PlanningCache:
    """Kept by each process; a column list is known by its dataset and the time of its last change."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._columns: LRUCache[Hashable, Columns] = LRUCache(MOST_COLUMNS, getsizeof=len)
        self._basis: TTLCache[None, Basis] = TTLCache(1, FRESH_SECONDS, timer=clock)
        self._lock = Lock()

    def columns(self, key: Hashable, load: Callable[[], Sequence[dict[str, object]]]) -> Columns:
        """Return the columns of a dataset as it was changed last."""
        with self._lock:
            found = self._columns.get(key)
        if found is None:
            found = tuple(map(Column.from_json, load()))
            with self._lock, suppress(ValueError):  # wider than the whole cache: used, but not kept
                self._columns[key] = found
        return found

    def quote_basis(self, store: Store) -> Basis:
        """Return what the workers measured and how long the latest jobs took."""
        with self._lock:
            found = self._basis.get(None)
        if found is None:
            found = estimates.known(store)
            with self._lock:
                self._basis[None] = found
        return found
