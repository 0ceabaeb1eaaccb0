"""Inner loops of our own: updates of optimizers in one pass over memory, with the operations in NumPy's order.

Each gives the same bits as the calls that it stands for: the same additions, products, roots and quotients, each
rounded, since numba fuses and reorders none unless told to (`fastmath` is off).
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, cfunc, njit, types
from numba.extending import intrinsic

SIGNATURE = types.void(*[types.CPointer(types.int64)] * 3, types.voidptr)


@intrinsic
def _float32_at(typing_context: Any, address: Any) -> Any:
    """Take an address as a pointer to float32."""
    del typing_context, address
    return types.CPointer(types.float32)(types.int64), _cast(ir.FloatType())


@intrinsic
def _float64_at(typing_context: Any, address: Any) -> Any:
    """Take an address as a pointer to float64."""
    del typing_context, address
    return types.CPointer(types.float64)(types.int64), _cast(ir.DoubleType())


def _cast(to: Any) -> Callable[..., Any]:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        del context, signature
        return builder.inttoptr(values[0], to.as_pointer())

    return generate


def _sgd(w: Any, g: Any, _c: Any, _d: Any, rate: Any, _k1: Any, _k2: Any, _k3: Any) -> None:
    for i in range(w.size):
        w[i] -= g[i] * rate


def _momentum(w: Any, g: Any, v: Any, _d: Any, rate: Any, momentum: Any, _k2: Any, _k3: Any) -> None:
    for i in range(w.size):
        v[i] = v[i] * momentum - g[i] * rate
        w[i] += v[i]


def _rmsprop(w: Any, g: Any, v: Any, _d: Any, rate: Any, rho: Any, epsilon: Any, _k3: Any) -> None:
    for i in range(w.size):
        v[i] = v[i] * rho + g[i] * g[i]
        w[i] -= g[i] / np.sqrt(v[i] + epsilon) * rate


def _adam(w: Any, g: Any, m: Any, v: Any, rate: Any, beta_1: Any, beta_2: Any, epsilon: Any) -> None:
    for i in range(w.size):
        m[i] = m[i] * beta_1 + g[i]
        v[i] = v[i] * beta_2 + g[i] * g[i]
        w[i] -= m[i] / (np.sqrt(v[i]) + epsilon) * rate


KERNELS: Mapping[str, Callable[..., None]] = MappingProxyType(
    {"sgd": _sgd, "momentum": _momentum, "rmsprop": _rmsprop, "adam": _adam}
)
POINTERS = MappingProxyType({"float32": _float32_at, "float64": _float64_at})
ARRAYS, CONSTANTS = 4, 4  # of every kernel; what one does not use is handed its first array or constant once more


@cache
def kernel(name: str, dtype: str) -> Any:
    """Compile a kernel for a type of float as an inner loop, or take it from numba's cache; hold on to it."""
    update, at = njit(error_model="numpy")(KERNELS[name]), POINTERS[dtype]

    @cfunc(SIGNATURE, cache=True)
    def loop(args: Any, dimensions: Any, _steps: Any, _data: Any) -> None:
        n = dimensions[0]
        a, b, c, d = (carray(at(args[0]), n), carray(at(args[1]), n), carray(at(args[2]), n), carray(at(args[3]), n))
        update(a, b, c, d, at(args[4])[0], at(args[5])[0], at(args[6])[0], at(args[7])[0])

    return loop
