"""Chains of calls on arrays of one length, which a compiled kernel may make in one pass."""

from collections.abc import Iterator
from dataclasses import dataclass

from neural.engine.arrays import Array, Call, Calls


@dataclass(frozen=True)
class Chain:
    """Calls on arrays of one length that a compiled kernel of this name does in one pass; called, it makes them all.

    The kernel is handed the arrays, then the constants, and must give the same bits.
    """

    kernel: str
    arrays: tuple[Array, ...]
    constants: tuple[Array, ...]
    calls: Calls

    def __call__(self) -> None:
        """Make the calls."""
        for call in self.calls:
            call()


def flat(calls: Calls) -> Calls:
    """Lay chains out, since a call within a call costs its time."""
    return [*_laid_out(calls)]


def _laid_out(calls: Calls) -> Iterator[Call]:
    for call in calls:
        if isinstance(call, Chain):
            yield from call.calls
        else:
            yield call
