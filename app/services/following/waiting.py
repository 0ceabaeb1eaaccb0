"""Waiting for a job to finish, with the database as the only truth."""

import time
from collections.abc import Callable
from threading import BoundedSemaphore

GLANCE_S = 0.2  # between two looks at the database: a lost or late hint delays the answer by no more than this


class Lobby:
    """Seats for requests that wait; whoever finds none is answered at once, so that waiting cannot starve serving."""

    def __init__(self, seats: int) -> None:
        self._seats = BoundedSemaphore(seats)

    def wait(self, is_over: Callable[[], bool], pause: Callable[[float], object], seconds: float) -> bool:
        """Return as soon as `is_over()`, at the latest after `seconds`; tells whether it is over.

        `pause(seconds)` sleeps until something may have happened; it may return early, late news do no harm.
        """
        if is_over() or seconds <= 0:
            return is_over()
        if not self._seats.acquire(blocking=False):
            return False
        try:
            return _watch(is_over, pause, time.monotonic() + seconds)
        finally:
            self._seats.release()


def _watch(is_over: Callable[[], bool], pause: Callable[[float], object], deadline: float) -> bool:
    while (left := deadline - time.monotonic()) > 0:
        pause(min(left, GLANCE_S))
        if is_over():
            return True
    return False
