"""Calls turned into fewer calls: each stretch that is understood becomes one, which runs their instructions."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Any, Self

import numpy as np

from neural.engine.arrays import Array, Call, Calls
from neural.engine.chains import flat
from neural.engine.compiled.instructions import Instruction, NotUnderstood, address, instructions
from neural.engine.compiled.loop import run_table

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
                translated.append(CompiledCalls(*packed(found), [call for call, _ in stretch]))
            else:
                translated += flat([call for call, _ in stretch])
        return translated

    def slots(self, steps: Sequence[Calls], blocks: Sequence[Array]) -> list[Calls]:
        """Give for each slot calls that do the same as its step.

        Steps differ only in which slot of the `blocks` (slots, …) they read and write: the first one is translated, and
        its addresses are moved for the others, which takes a twentieth of the time. Where that is not so, since a call
        that is not understood belongs to one slot, each step is translated by itself.
        """
        first, *others = steps
        if others and all(a is b or self._translate(a) for a, b in zip(first, others[0], strict=True)):
            translated = self(first)
            return [translated, *(self._moved(translated, slot, blocks) for slot in range(1, len(steps)))]
        return [self(step) for step in steps]

    def _moved(self, calls: Calls, slot: int, blocks: Sequence[Array]) -> Calls:
        return [call.moved(slot, blocks) if isinstance(call, CompiledCalls) else call for call in calls]

    def _translate(self, call: Call) -> list[Instruction] | None:
        if id(call) not in self._known:
            try:
                found = instructions(call)
            except NotUnderstood:
                found = None
            self._known[id(call)] = (call, found)  # holding the call keeps its id from being given to another
        return self._known[id(call)][1]


class CompiledCalls(partial[None]):
    """A stretch as one call; holds on to everything that its addresses point to."""

    held: tuple[Any, ...]  # the table, the words that it points to, and what holds the arrays

    def __new__(cls, table: Any, words: Any, *arrays: object) -> Self:
        """Bind the table to the loop."""
        made = super().__new__(cls, run_table, table)
        made.held = (table, words, *arrays)
        return made

    def moved(self, slot: int, blocks: Sequence[Array]) -> "CompiledCalls":
        """Give the same for another slot: what lies in the first slot of a block lies in this slot of it."""
        table, words, *arrays = self.held
        moved = words.copy()
        for block in blocks:
            start, size = address(block), block.strides[0]
            moved[(words >= start) & (words < start + size)] += slot * size
        rows = table.copy()
        rows[:, 1:4] += address(moved) - address(words)
        return CompiledCalls(rows, moved, *arrays, blocks)


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
    kept = np.array(words, np.int64)
    table = np.array(rows, np.int64).reshape(-1, 5)
    table[:, 1:4] = address(kept) + WORD * table[:, 1:4]
    return table, kept
