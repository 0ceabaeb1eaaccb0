"""The services' side of idempotency: the answer kept beside what was made, and the keys that are being served."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol

from sqlalchemy.orm import Session

View = Mapping[str, Any]


class SaveReply(Protocol):
    """Writes the answer of this request beside what was made."""

    def __call__(self, session: Session, view: View, *, is_new: bool = True) -> None:
        """Keep the answer; `is_new` tells what was made from what was there already."""


def keep_nothing(session: Session, view: View, *, is_new: bool = True) -> None:
    """Stand in where nobody will ask again."""


@dataclass(frozen=True)
class Repeats:
    """Both ends of it, for services that know only in the middle what was asked."""

    recognize: Callable[[Any], None] = lambda _content: None
    keep: SaveReply = keep_nothing


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
        """Let the next try of the same request go on."""
        with self._lock:
            self._keys.discard(key)
