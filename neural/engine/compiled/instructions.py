"""From prebound calls of NumPy to instructions: inner loops with the addresses, lengths and steps of their operands.

What is not understood has no instructions and stays a call: other types, masks (`where`), operands that overlap in
part, views that fall into too many pieces. Operands are taken to be aligned and in the machine's byte order, as all
arrays of bound networks are.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Call
from neural.engine.chains import Chain
from neural.engine.compiled import fused
from neural.engine.compiled.ufunc_loops import find

MOST_PIECES = 256  # of one call; for more, NumPy's own iterator is as good

Form = tuple[tuple[int, ...], tuple[int, ...], int]  # shape, strides, number of the type
Axis = tuple[int, tuple[int, ...]]  # how often, and the step of each operand in bytes


class Instruction(NamedTuple):
    """One call of an inner loop."""

    loop: int
    data: int
    addresses: tuple[int, ...]
    dimensions: tuple[int, ...]
    steps: tuple[int, ...]


class Pattern(NamedTuple):
    """What an operation does to operands of given forms, wherever they lie."""

    loop: int
    data: int
    offsets: tuple[tuple[int, ...], ...]  # for each piece, from the address of each operand
    dimensions: tuple[int, ...]
    steps: tuple[int, ...]

    def at(self, operands: Sequence[Array]) -> list[Instruction]:
        """Give the instructions for operands of these forms."""
        start = [address(each) for each in operands]
        if len(self.offsets) == 1:
            return [Instruction(self.loop, self.data, tuple(start), self.dimensions, self.steps)]
        return [
            Instruction(self.loop, self.data, tuple(map(int.__add__, start, piece)), self.dimensions, self.steps)
            for piece in self.offsets
        ]


class NotUnderstood(Exception):
    """This call has to stay one."""


def instructions(call: Call) -> list[Instruction]:
    """Give what a call does, piece by piece; raises NotUnderstood."""
    if isinstance(call, Chain):
        return _chain(call)
    function, operands, keywords = (getattr(call, name, None) for name in ("func", "args", "keywords"))
    if function is None or operands is None or (keywords and list(keywords) != ["out"]):
        raise NotUnderstood
    operands = (*operands, *keywords.values()) if keywords else operands
    if isinstance(function, np.ufunc):
        return _matmul(*operands) if function is np.matmul else elementwise(function, operands)
    if function is np.copyto:
        return _copy(*operands)
    owner = getattr(function, "__self__", None)
    method = METHODS.get((type(owner), getattr(function, "__name__", "")))
    if method is None:
        raise NotUnderstood
    return method(owner, *operands)


def elementwise(ufunc: np.ufunc, operands: Sequence[Any]) -> list[Instruction]:
    """Cut an operation into pieces that run along one axis of its result."""
    if len(operands) != ufunc.nargs or not all(isinstance(each, np.ndarray) for each in operands):
        raise NotUnderstood
    out = operands[-1]
    if any(_overlap_in_part(each, out) for each in operands[:-1]):
        raise NotUnderstood
    return _understood(_elementwise_pattern(ufunc, _forms(operands))).at(operands)


@cache
def _elementwise_pattern(ufunc: np.ufunc, forms: tuple[Form, ...]) -> Pattern | None:
    loop = find(ufunc, tuple(number for *_, number in forms))
    *outer, (length, steps) = _axes(forms, forms[-1][0])
    if loop is None or math.prod(size for size, _ in outer) > MOST_PIECES:
        return None
    return Pattern(*loop, _pieces(outer, len(forms)), (length,), steps)


def _matmul(*operands: Array) -> list[Instruction]:
    """Multiply stacks of matrices of one shape."""
    a, b, out = operands
    if not a.ndim == b.ndim == out.ndim >= 2 or not a.shape[:-2] == b.shape[:-2] == out.shape[:-2]:
        raise NotUnderstood
    if np.may_share_memory(a, out) or np.may_share_memory(b, out):
        raise NotUnderstood
    return _understood(_matmul_pattern(_forms(operands))).at(operands)


@cache
def _matmul_pattern(forms: tuple[Form, ...]) -> Pattern | None:
    loop = find(np.matmul, tuple(number for *_, number in forms))
    (a, *_), (b, *_), _ = forms
    outer = _axes([(shape[:-2], strides[:-2], number) for shape, strides, number in forms], a[:-2])
    if loop is None or math.prod(size for size, _ in outer) > MOST_PIECES:
        return None
    inner = tuple(step for _, strides, _ in forms for step in strides[-2:])
    # one matrix at a time: going through a stack, this loop moves the addresses that it was given
    return Pattern(*loop, _pieces(outer, 3), (1, a[-2], a[-1], b[-1]), (0, 0, 0, *inner))


def _dot(a: Array, b: Array, out: Array) -> list[Instruction]:
    """Multiply matrices or vectors."""
    if a.ndim > 2 or b.ndim > 2:
        raise NotUnderstood
    left, right = a if a.ndim == 2 else a[None], b if b.ndim == 2 else b[:, None]
    return _matmul(left, right, out if out.ndim == 2 else out.reshape(len(left), right.shape[1]))


def _copy(target: Array, source: Any) -> list[Instruction]:
    return elementwise(np.positive, (_constant(source, target.dtype) if np.isscalar(source) else source, target))


@cache
def _constant(value: float, dtype: np.dtype[Any]) -> Array:
    return np.array(value, dtype)


def _reduce(ufunc: np.ufunc, z: Array, axis: int, _dtype: None, out: Array) -> list[Instruction]:
    """Reduce an axis before the last, in NumPy's order: sums begin at 0, extrema with the first values."""
    if ufunc.nin != 2 or not 0 <= axis < z.ndim - 1:
        raise NotUnderstood
    parts = [*np.moveaxis(z, axis, 0)]
    begin = _copy(out, parts.pop(0) if ufunc.identity is None else float(ufunc.identity))
    return begin + [each for part in parts for each in elementwise(ufunc, (out, part, out))]


def _chain(chain: Chain) -> list[Instruction]:
    """Call one kernel instead of all the loops."""
    out = chain.arrays[0]
    if any(not each.flags.c_contiguous or each.dtype != out.dtype for each in chain.arrays):
        raise NotUnderstood
    arrays = [*chain.arrays, *[out] * (fused.ARRAYS - len(chain.arrays))]
    constants = [*chain.constants, *chain.constants[:1] * (fused.CONSTANTS - len(chain.constants))]
    loop = fused.kernel(chain.kernel, out.dtype.name).address
    return [Instruction(loop, 0, tuple(map(address, (*arrays, *constants))), (out.size,), ())]


METHODS: dict[tuple[type, str], Callable[..., list[Instruction]]] = {
    (np.ndarray, "dot"): _dot,
    (np.ndarray, "fill"): _copy,
    (np.ufunc, "reduce"): _reduce,
}


def address(array: npt.NDArray[Any]) -> int:
    """Tell where the first value of an array lies."""
    found: int = array.__array_interface__["data"][0]  # a third of the time that `.ctypes` takes
    return found


def _forms(operands: Sequence[Array]) -> tuple[Form, ...]:
    return tuple([(each.shape, each.strides, each.dtype.num) for each in operands])


def _understood(pattern: Pattern | None) -> Pattern:
    if pattern is None:
        raise NotUnderstood
    return pattern


def _overlap_in_part(operand: Array, out: Array) -> bool:
    """Tell whether NumPy may have to work on a copy, which an inner loop does not."""
    if operand is out or not np.may_share_memory(operand, out):
        return False
    return address(operand) != address(out) or operand.strides != out.strides or operand.shape != out.shape


def _axes(forms: Sequence[Form], shape: tuple[int, ...]) -> list[Axis]:
    """Describe the axes of a result, with neighbours joined where every operand allows it; the last runs inside."""
    axes: list[Axis] = []
    for place, size in enumerate(shape):
        if size == 1:
            continue
        steps = tuple(_step(form, place - len(shape)) for form in forms)
        if axes and axes[-1][1] == tuple(step * size for step in steps):
            axes[-1] = (axes[-1][0] * size, steps)
        else:
            axes.append((size, steps))
    return axes or [(1, (0,) * len(forms))]


def _step(form: Form, place: int) -> int:
    """Give the bytes from one value to the next along an axis, counted from the end; 0 where it is spread."""
    shape, strides, _ = form
    return 0 if -place > len(shape) or shape[place] == 1 else strides[place]


def _pieces(outer: Sequence[Axis], operands: int) -> tuple[tuple[int, ...], ...]:
    """Give the offsets of each piece from the address of each operand."""
    places = product(*(range(size) for size, _ in outer))
    return tuple(
        tuple(sum(i * steps[k] for i, (_, steps) in zip(place, outer, strict=True)) for k in range(operands))
        for place in places
    )
