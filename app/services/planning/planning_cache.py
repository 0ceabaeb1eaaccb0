"""An LRU cache of what every plan reads: what is known of datasets, and what quotes are made from."""

import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from threading import Lock
from typing import Any, TypeVar

from cachetools import LRUCache, TTLCache

import specs
from app.services.planning import estimates
from datasets import Column, DataWarning
from store import Store

MOST_COLUMNS = 100_000
MOST_LOOKS = 10_000
FRESH_SECONDS = 1.0  # quotes rest on hundreds of past jobs: the last second changes none of them

Found = TypeVar("Found")
Basis = tuple[list[specs.Calibration], specs.PastTrainings]
Columns = tuple[Column, ...]
Warnings = tuple[DataWarning, ...]
Rows = Sequence[dict[str, Any]]


class PlanningCache:
    """Kept by each process; a column list is known by its dataset and the time of its last change."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._columns: LRUCache[Hashable, Columns] = LRUCache(MOST_COLUMNS, getsizeof=len)
        self._warnings: LRUCache[Hashable, Warnings] = LRUCache(MOST_COLUMNS, getsizeof=lambda found: 1 + len(found))
        self._leaks: LRUCache[Hashable, tuple[str, ...]] = LRUCache(MOST_LOOKS)
        self._basis: TTLCache[None, Basis] = TTLCache(1, FRESH_SECONDS, timer=clock)
        self._lock = Lock()

    def columns(self, key: Hashable, load: Callable[[], Rows]) -> Columns:
        """Return the columns of a dataset as it was changed last."""
        return self._kept(self._columns, key, lambda: tuple(map(Column.from_json, load())))

    def warnings(self, key: Hashable, load: Callable[[], Rows]) -> Warnings:
        """Return what was noticed when a dataset was read."""
        return self._kept(self._warnings, key, lambda: tuple(map(DataWarning.from_json, load())))

    def leaks(self, key: Hashable, find: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        """Return the columns that tell a target, which takes a look at the rows."""
        return self._kept(self._leaks, key, find)

    def _kept(self, cache: LRUCache[Hashable, Found], key: Hashable, make: Callable[[], Found]) -> Found:
        with self._lock:
            found = cache.get(key)
        if found is None:
            found = make()
            with self._lock, suppress(ValueError):  # larger than the whole cache: used, but not kept
                cache[key] = found
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
