"""A thread that sends tokens, so that nobody who asks for one waits for a broker."""

import threading
from collections.abc import Callable

MOST_DUE = 1000  # beyond that many, more tokens would wake nobody else


class WakeupSender:
    """Sends a token for each call of `ring`, in the background; what cannot be sent is dropped."""

    def __init__(self, send: Callable[[], bool]) -> None:
        self._send = send
        self._changed = threading.Condition()
        self._due = 0
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="wakeup-sender", daemon=True)
        self._thread.start()

    def ring(self) -> None:
        """Ask for one token; returns at once."""
        with self._changed:
            self._due = min(self._due + 1, MOST_DUE)
            self._changed.notify()

    def close(self, seconds: float) -> None:
        """Send what is due within this time, then end."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join(seconds)

    def _run(self) -> None:
        while self._wait():
            if not self._send():
                with self._changed:
                    self._due = 0  # the broker is away: the reconciler makes up for all of them

    def _wait(self) -> bool:
        """Wait until a token is due and take it; False when closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._due or self._is_closing)
            if not self._due:
                return False
            self._due -= 1
            return True
