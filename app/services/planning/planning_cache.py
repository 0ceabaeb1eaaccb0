"""LRU caches for plans: columns of datasets, what quotes are made from, and bodies that were understood before."""

import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from cachetools import LRUCache, TTLCache

import specs
from app.services.planning import estimates
from datasets import Column, DataWarning
from store import Store

MOST_COLUMNS = 100_000
MOST_LOOKS = 10_000
MOST_QUOTES = 256
MOST_VALUES = 50_000  # of all plans that are kept; most specs have a hundred
FRESH_SECONDS = 1.0  # quotes rest on hundreds of past jobs: the last second changes none of them

Found = TypeVar("Found")
Basis = tuple[list[specs.Calibration], specs.PastTrainings]
Columns = tuple[Column, ...]
Warnings = tuple[DataWarning, ...]
Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class KnownPlan:
    """What a body was found to mean, as long as its datasets are as they were."""

    resolved: specs.Resolved
    summary: dict[str, Any]
    datasets: dict[str, Hashable]  # ids and the times of their last changes
    readings: dict[str, Any]  # how they were read


class PlanningCache:
    """Kept by each process; a column list is known by its dataset and the time of its last change.

    A body that comes again, as after a dry run or for another seed, is not worked out anew.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._columns: LRUCache[Hashable, Columns] = LRUCache(MOST_COLUMNS, getsizeof=len)
        self._warnings: LRUCache[Hashable, Warnings] = LRUCache(MOST_COLUMNS, getsizeof=lambda found: 1 + len(found))
        self._leaks: LRUCache[Hashable, tuple[str, ...]] = LRUCache(MOST_LOOKS)
        self._basis: TTLCache[None, Basis] = TTLCache(1, FRESH_SECONDS, timer=clock)
        self._plans: LRUCache[Hashable, KnownPlan] = LRUCache(MOST_VALUES, getsizeof=_values_of)
        self._quotes: LRUCache[Hashable, tuple[Basis, dict[str, Any]]] = LRUCache(MOST_QUOTES)
        self._lock = Lock()

    def plan(self, key: Hashable) -> KnownPlan | None:
        """Return what is known of a body."""
        with self._lock:
            return self._plans.get(key)

    def keep(self, key: Hashable, plan: KnownPlan) -> None:
        """Keep what a body means."""
        with self._lock, suppress(ValueError):  # larger than the whole cache
            self._plans[key] = plan

    def quote(self, store: Store, key: Hashable, plan: KnownPlan) -> dict[str, Any]:
        """Return the quote of a plan; made once for each state of what quotes rest on."""
        basis = self.quote_basis(store)
        with self._lock:
            known = self._quotes.get(key)
        if known is not None and known[0] is basis:
            return known[1]
        quote = specs.estimate(plan.resolved, *basis)
        with self._lock:
            self._quotes[key] = basis, quote
        return quote

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


def _values_of(plan: KnownPlan) -> int:
    return len(plan.resolved.provenance)
