"""Guesses of API keys: counted for each address, and not even looked at once there were too many."""

import threading
import time
from collections.abc import Callable

import structlog
from cachetools import TTLCache

MOST_GUESSES = 20  # wrong keys in a row of moments, none longer apart than QUIET_SECONDS
QUIET_SECONDS = 60.0
GOOD_SECONDS = 3600.0
REMEMBERED = 10_000
TOLD_EVERY = 100

log = structlog.get_logger(__name__)


class KeyGuesses:
    """Remembers who sent wrong keys lately, and which keys were right: a neighbour's guesses lock no one out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._wrong: TTLCache[str, int] = TTLCache(REMEMBERED, QUIET_SECONDS, timer=clock)
        self._good: TTLCache[str, None] = TTLCache(REMEMBERED, GOOD_SECONDS, timer=clock)
        self._lock = threading.Lock()

    def are_too_many(self, address: str, digest: str) -> bool:
        """Tell whether a key is to be refused unseen; each such try makes the wait begin anew."""
        with self._lock:
            if digest in self._good or self._wrong.get(address, 0) < MOST_GUESSES:
                return False
        self.note_wrong(address)
        return True

    def note_wrong(self, address: str) -> None:
        """Count a wrong key, and tell the operator of many."""
        with self._lock:
            count = self._wrong[address] = self._wrong.get(address, 0) + 1
        if count == MOST_GUESSES or count % TOLD_EVERY == 0:
            log.warning("keys are being guessed", address=address, guesses=count)

    def note_right(self, digest: str) -> None:
        """Remember a key that was accepted."""
        with self._lock:
            self._good[digest] = None
