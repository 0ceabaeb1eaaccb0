"""Things to do again and again, each after its own number of seconds."""

from collections.abc import Callable

Clock = Callable[[], float]


class Timetable:
    """Knows what is due by the clock it was given."""

    def __init__(self, clock: Clock) -> None:
        """Start empty."""
        self._clock = clock
        self._lines: list[tuple[float, Callable[[], object]]] = []
        self._due: list[float] = []

    def every(self, seconds: float, act: Callable[[], object]) -> None:
        """Add something, due for the first time when its seconds are over."""
        self._lines.append((seconds, act))
        self._due.append(self._clock() + seconds)

    def act(self) -> None:
        """Do what is due, in the order in which it was added; what raises is due again in its turn."""
        for index, (seconds, act) in enumerate(self._lines):
            now = self._clock()
            if now >= self._due[index]:
                self._due[index] = now + seconds
                act()
