"""The inner loops of NumPy's ufuncs by address, as NumPy's C interface publishes them.

A ufunc first sorts out types, shapes and memory, then calls `loop(args, dimensions, steps, data)` in C. For a bound
step all of that is known beforehand. Source: NumPy reference, C-API, `PyUFuncObject` and `PyUFuncGenericFunction`.
"""

import ctypes
import platform
import sys
from functools import cache

import numpy as np

Types = tuple[int, ...]  # NumPy's numbers of the operands' types
IS_KNOWN = platform.python_implementation() == "CPython" and getattr(sys, "_is_gil_enabled", lambda: True)()


class _Published(ctypes.Structure):
    """The head of a PyUFuncObject; its fields have stood in this order since NumPy 1."""

    _fields_ = (
        ("references", ctypes.c_ssize_t),
        ("type", ctypes.c_void_p),
        ("nin", ctypes.c_int),
        ("nout", ctypes.c_int),
        ("nargs", ctypes.c_int),
        ("identity", ctypes.c_int),
        ("functions", ctypes.POINTER(ctypes.c_void_p)),
        ("data", ctypes.POINTER(ctypes.c_void_p)),
        ("ntypes", ctypes.c_int),
        ("reserved", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("types", ctypes.POINTER(ctypes.c_char)),
    )


@cache
def find(ufunc: np.ufunc, types: Types) -> tuple[int, int] | None:
    """Give the address of the loop for operands of these types, and its data; None if there is none."""
    if not IS_KNOWN:
        return None
    published = _Published.from_address(id(ufunc))
    if (published.nin, published.nout, published.ntypes) != (ufunc.nin, ufunc.nout, ufunc.ntypes):
        return None
    if published.name != ufunc.__name__.encode():
        return None
    width = published.nargs
    for index in range(published.ntypes):
        if tuple(published.types[index * width + place][0] for place in range(width)) == types:
            address = published.functions[index]
            return (address, published.data[index] or 0) if address else None
    return None
