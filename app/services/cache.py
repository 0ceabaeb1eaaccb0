"""A bounded memory of things that are slow to load, the least recently used going first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Keeps at most `capacity` units of what `load` made; sizes are in units of `size_of`."""

    def __init__(self, capacity: int, size_of: Callable[[Value], int]) -> None:
        self._capacity = capacity
        self._size_of = size_of
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable, load: Callable[[], Value]) -> Value:
        """Look up or load; loading holds no lock, so two callers may load the same thing at once."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = load()
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            self._make_room()
        return value

    def __len__(self) -> int:
        return len(self._kept)

    def _make_room(self) -> None:
        sizes = {key: self._size_of(value) for key, value in self._kept.items()}
        total = sum(sizes.values())
        while total > self._capacity:
            key, _ = self._kept.popitem(last=False)
            total -= sizes[key]
