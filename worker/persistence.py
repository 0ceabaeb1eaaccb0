"""Writing what must not be lost: a database that is away for a moment is asked again."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from store.errors import DatabaseAway

T = TypeVar("T")
PATIENCE_SECONDS = 120.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0

log = structlog.get_logger(__name__)


def persistently(
    write: Callable[[], T],
    *,
    patience_seconds: float = PATIENCE_SECONDS,
    also: tuple[type[Exception], ...] = (),
) -> T:
    """Repeat a write until the database takes it; raises its last error when patience is over.

    `also` names errors to outlast beside those of a database that is away.

    The write may have happened although it seemed to fail, so it must be one that a second time refuses: every write
    under a claim is, because it ends or keeps the claim.
    """
    outlasted: tuple[type[Exception], ...] = (OperationalError, InterfaceError, DatabaseAway, *also)
    until, pause = time.monotonic() + patience_seconds, FIRST_PAUSE_SECONDS
    while True:
        try:
            return write()
        except outlasted as error:
            if time.monotonic() + pause > until:
                raise
            log.warning("database away or full, trying again", reason=type(error).__name__, pause_s=pause)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
