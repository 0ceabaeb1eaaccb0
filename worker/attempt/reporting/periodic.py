"""Periodic calls: several functions on one thread, each with its own interval."""

from collections.abc import Callable

Clock = Callable[[], float]


class PeriodicCalls:
    """What is to be called how often, by the clock that is given."""

    def __init__(self, clock: Clock) -> None:
        """Start without functions to call."""
        self._clock = clock
        self._calls: list[tuple[float, Callable[[], object]]] = []
        self._due: list[float] = []

    def every(self, seconds: float, act: Callable[[], object]) -> None:
        """Add a function, due for the first time when its seconds are over."""
        self._calls.append((seconds, act))
        self._due.append(self._clock() + seconds)

    def run_due(self) -> None:
        """Call what is due, in the order in which it was added; what raises is due again in its turn."""
        for index, (seconds, act) in enumerate(self._calls):
            now = self._clock()
            if now >= self._due[index]:
                self._due[index] = now + seconds
                act()
