"""Retry policies for writes that must not be lost: a database that is away for a moment is asked again."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_before_delay, wait_exponential

from store.errors import DatabaseAway, StorageFull

T = TypeVar("T")
AWAY: tuple[type[Exception], ...] = (OperationalError, InterfaceError, DatabaseAway)
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0

log = structlog.get_logger(__name__)


def _log_pause(state: RetryCallState) -> None:
    error = None if state.outcome is None else state.outcome.exception()
    log.warning("database away or full, trying again", reason=type(error).__name__, pause_s=state.upcoming_sleep)


def patient(seconds: float, *, also: tuple[type[Exception], ...] = ()) -> Retrying:
    """Make a policy: exponential back-off, and the last error where another pause would exceed the time.

    `also` names errors to outlast beside those of a database that is away.
    """
    return Retrying(
        retry=retry_if_exception_type((*AWAY, *also)),
        wait=wait_exponential(multiplier=FIRST_PAUSE_SECONDS, max=LONGEST_PAUSE_SECONDS),
        stop=stop_before_delay(seconds),
        before_sleep=_log_pause,
        reraise=True,
    )


WHILE_AWAY = patient(120.0)
DRAINING = patient(10.0)  # whoever has to leave leaves; the row is given back after a silence
WHILE_FULL = patient(600.0, also=(StorageFull,))  # a database that is full cannot even be told that the job waits


def retry_while_away(write: Callable[[], T], policy: Retrying = WHILE_AWAY) -> T:
    """Repeat a write until the database takes it; raises its last error when the policy's patience is over.

    The write may have happened although it seemed to fail, so it must be one that a second time refuses: every write
    under a claim is, because it ends or keeps the claim.
    """
    return policy(write)
