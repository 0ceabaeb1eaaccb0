"""The backend of this process: Python runs prebound calls one by one, or a loop that numba compiled runs them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from neural.engine.arrays import Array, Calls
from neural.engine.chains import flat
from neural.errors import BackendMissing, UnknownComponent

BACKENDS = ("numpy", "numba")
Translate = Callable[[Calls], Calls]


@dataclass
class _Choice:
    name: str = "numpy"


_choice = _Choice()


def choose(name: str) -> None:
    """Choose for what this process binds from now on; raises UnknownComponent, or BackendMissing without numba."""
    if name not in BACKENDS:
        raise UnknownComponent("kernels", name, BACKENDS)
    if name == "numba" and find_spec("numba") is None:
        raise BackendMissing(name)
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


@cache
def _numba() -> Any:
    """Import what needs numba: a third of a second and 100 MB, only for those who choose it."""
    return import_module("neural.engine.compiled")
