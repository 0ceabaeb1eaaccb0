"""Which requests are being served right now, in this process."""

from dataclasses import dataclass, field
from threading import Lock


@dataclass
class Serving:
    """The keys of the requests that this process is serving right now."""

    _keys: set[tuple[str, str]] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def enter(self, key: tuple[str, str]) -> bool:
        """Begin; False when another request with this key is being served."""
        with self._lock:
            is_free = key not in self._keys
            self._keys.add(key)
        return is_free

    def leave(self, key: tuple[str, str]) -> None:
        """End."""
        with self._lock:
            self._keys.discard(key)
