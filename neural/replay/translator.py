"""Calls turned into fewer calls: each stretch that is understood becomes one, which replays its instructions."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Any, Self

import numpy as np

from neural.arrays import Call, Calls
from neural.kernels import flat
from neural.replay.instructions import Instruction, NotUnderstood, instructions
from neural.replay.loop import replay

WORD = 8  # bytes


class Translator:
    """Remembers what it has translated: slots share most of their calls."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Call, list[Instruction] | None]] = {}

    def __call__(self, calls: Calls) -> Calls:
        """Give calls that do the same."""
        translated: Calls = []
        known = [(call, self._translate(call)) for call in calls]
        for is_understood, run in groupby(known, lambda pair: pair[1] is not None):
            stretch = [*run]
            if is_understood:
                found = [each for _, pieces in stretch for each in pieces or ()]
                translated.append(Replayed(tuple(call for call, _ in stretch), *packed(found)))
            else:
                translated += flat([call for call, _ in stretch])
        return translated

    def _translate(self, call: Call) -> list[Instruction] | None:
        if id(call) not in self._known:
            try:
                found = instructions(call)
            except NotUnderstood:
                found = None
            self._known[id(call)] = (call, found)  # holding the call keeps its id from being given to another
        return self._known[id(call)][1]


class Replayed(partial[None]):
    """A stretch as one call; holds on to everything that its addresses point to."""

    held: tuple[tuple[Call, ...], Any]  # the calls with their arrays, and the numbers that the table points to

    def __new__(cls, calls: tuple[Call, ...], table: Any, operands: Any) -> Self:
        """Bind the table to the loop."""
        made = super().__new__(cls, replay, table)
        made.held = (calls, operands)
        return made


def packed(found: Sequence[Instruction]) -> tuple[Any, Any]:
    """Lay instructions out as a table of (loop, addresses, dimensions, steps, data), and what it points to."""
    words: list[int] = []
    rows: list[tuple[int, ...]] = []
    for each in found:
        places = []
        for numbers in (each.addresses, each.dimensions, each.steps):
            places.append(len(words))
            words += numbers
        rows.append((each.loop, *places, each.data))
    operands = np.array(words, np.int64)
    table = np.array(rows, np.int64).reshape(-1, 5)
    table[:, 1:4] *= WORD
    table[:, 1:4] += operands.ctypes.data
    return table, operands
