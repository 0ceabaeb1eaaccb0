"""The array types and prebound calls that all of the mathematics speaks in."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.errors import NonFiniteInput

Array = npt.NDArray[np.floating]  # float32 or float64, the same throughout one bound network
Call = Callable[[], object]  # an operation with all of its arguments inside, results go to prepared arrays
Calls = list[Call]


ALIGNMENT = 64  # bytes: a line of the cache, and the widest register


def aligned(shape: int | tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    """Make zeros that begin at a line of the cache, which no vector instruction then has to read two of.

    NumPy's own begin 16 bytes into one; from the second-level cache, additions take a quarter longer there.
    """
    kind = np.dtype(dtype)
    size = math.prod(shape) if isinstance(shape, tuple) else shape
    room = np.zeros(size * kind.itemsize + ALIGNMENT, np.uint8)
    start = -room.ctypes.data % ALIGNMENT
    array: Array = room[start : start + size * kind.itemsize].view(kind).reshape(shape)
    return array


@cache
def scalar(value: float, dtype: np.dtype[np.floating]) -> Array:
    """Give a constant as a read-only 0-d array, which costs a ufunc half of what a Python float does."""
    constant = np.array(value, dtype=dtype)
    constant.flags.writeable = False
    return constant


class Workspace:
    """Scratch arrays by label, each made once; two askers of one label share it, one after the other."""

    def __init__(self, dtype: np.dtype[np.floating]) -> None:
        self.dtype = dtype
        self._arrays: dict[tuple[str, tuple[int, ...]], Array] = {}

    def take(self, label: str, shape: tuple[int, ...]) -> Array:
        """Return the array of this label and shape, making it at the first call."""
        key = (label, shape)
        if key not in self._arrays:
            self._arrays[key] = aligned(shape, self.dtype)
        return self._arrays[key]


def check_finite(what: str, array: npt.NDArray[Any]) -> None:
    """Raise NonFiniteInput at the first NaN or infinity."""
    if array.dtype.kind != "f":
        return
    with np.errstate(all="ignore"):  # finite numbers may overflow in the sum: then each is looked at
        if np.isfinite(array.sum()):
            return
    faults = np.argwhere(~np.isfinite(array))
    if len(faults):
        position = tuple(int(index) for index in faults[0])
        raise NonFiniteInput(what, position=position, value=float(array[position]))
