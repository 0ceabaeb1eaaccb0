"""Signals that ask the service to stop: heard once, and held back where half a step would leave a process behind."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopping:
    """Whether somebody asked the service to stop: by Ctrl-C, SIGTERM, or by closing the terminal."""

    def __init__(self) -> None:
        self.asked = False
        for number in STOPS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # `nohup` wants it to stay
                signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:  # while everything is being stopped already, a second Ctrl-C changes nothing
            return
        self.asked = True
        raise KeyboardInterrupt


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold stop signals back until the block is done.

    By replacing the handlers, not by masking: a mask holds for one thread only, and libraries have threads of theirs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = {number: signal.signal(number, lambda seen, _frame: held.append(seen)) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for seen in held:  # the first that is not ignored ends this loop
            signal.raise_signal(seen)
