"""What runs the prebound calls of this process: Python one after the other, or a loop that numba compiled."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from neural.arrays import Array, Call, Calls
from neural.errors import KernelsMissing, UnknownComponent

KERNELS = ("numpy", "numba")
Translate = Callable[[Calls], Calls]


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


@dataclass
class _Choice:
    name: str = "numpy"


_choice = _Choice()


def choose(name: str) -> None:
    """Choose for what this process binds from now on; raises UnknownComponent, or KernelsMissing without numba."""
    if name not in KERNELS:
        raise UnknownComponent("kernels", name, KERNELS)
    if name == "numba" and find_spec("numba") is None:
        raise KernelsMissing(name)
    if name == "numba":
        _numba()  # compiles, or reads what was compiled before
    _choice.name = name


def chosen() -> str:
    """Name what was chosen, with its version where it is a library of its own."""
    return "numpy" if _choice.name == "numpy" else f"numba {_numba().version()}"


def chunk(otherwise: int) -> int:
    """Give the length of a chunk of flat vectors: short where a call costs next to nothing."""
    return otherwise if _choice.name == "numpy" else 4_096


def translator() -> Translate:
    """Give what turns calls into fewer ones that do the same; it remembers calls that it has seen."""
    return flat if _choice.name == "numpy" else _numba().Translator()


def translated_slots(steps: Sequence[Calls], blocks: Sequence[Array]) -> list[Calls]:
    """Translate the steps of several slots, which differ in the part of the blocks (slots, …) that they work on."""
    if _choice.name == "numpy":
        return [flat(step) for step in steps]
    found: list[Calls] = _numba().Translator().slots(steps, blocks)
    return found


def flat(calls: Calls) -> Calls:
    """Lay chains out, since a call within a call costs its time."""
    return [*_laid_out(calls)]


def _laid_out(calls: Calls) -> Iterator[Call]:
    for call in calls:
        if isinstance(call, Chain):
            yield from call.calls
        else:
            yield call


@cache
def _numba() -> Any:
    """Import what needs numba: a third of a second and 100 MB, only for those who choose it."""
    return import_module("neural.replay")


__all__ = ["KERNELS", "Chain", "choose", "chosen", "chunk", "flat", "translated_slots", "translator"]
