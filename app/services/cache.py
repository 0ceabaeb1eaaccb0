"""An LRU cache of things that are slow to load, bounded by their bytes and shared by threads."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Value = TypeVar("Value")


class LruCache(Generic[Value]):
    """Keeps at most `capacity_bytes` of what `load` made, the least recently used going first."""

    def __init__(self, capacity_bytes: int, size_of: Callable[[Value], int]) -> None:
        self._values: LRUCache[Hashable, Value] = LRUCache(capacity_bytes, getsizeof=size_of)
        self._lock = Lock()

    def get(self, key: Hashable, load: Callable[[], Value]) -> Value:
        """Look up or load; loading holds no lock, so two callers may load the same thing at once."""
        with self._lock:
            if key in self._values:
                return self._values[key]
        value = load()
        with self._lock, suppress(ValueError):  # larger than the whole cache: used, but not kept
            self._values[key] = value
        return value

    def find(self, key: Hashable) -> Value | None:
        """Look up what is there already."""
        with self._lock:
            found: Value | None = self._values.get(key)
        return found

    def __len__(self) -> int:
        return len(self._values)
