"""Layers that merge several values, in plain NumPy."""

from collections.abc import Callable

import numpy as np

from chainrule.forward.values import FIRST, Array, Arrays, Layer, Value

Compute = Callable[[Layer, Arrays, list[Value]], Value]


def merging(join: Callable[[list[Array]], Array]) -> Compute:
    """Give what joins values of one shape, and their masks."""

    def merge(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
        del layer, arrays
        return Value(join([value.array for value in inputs]), _joined(inputs))

    return merge


def dot(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    """Multiply along one axis of each, counted from 1 or from the last one."""
    del arrays
    given = layer["axes"]
    axes = (given, given) if isinstance(given, int) else given
    a, b = (np.moveaxis(value.array, axis, -1) for value, axis in zip(inputs, axes, strict=True))
    if layer["normalize"]:
        a, b = (x * np.minimum(1 / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-30), 1e7) for x in (a, b))
    rows = len(a)
    y = np.einsum("bik,bjk->bij", a.reshape(rows, -1, a.shape[-1]), b.reshape(rows, -1, b.shape[-1]))
    left = (*a.shape[1:-1], *b.shape[1:-1]) or (1,)
    return Value(y.reshape(rows, *left))


def extreme(better: Callable[[Array, Array], Array]) -> Compute:
    """Give what takes the better of values, the larger or the smaller."""

    def compare(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
        """Compare one after the other; a masked step is not compared, and the first stays where all are masked."""
        del layer, arrays
        best = inputs[0]
        for other in inputs[1:]:
            y = better(best.array, other.array)
            if best.mask is not None:
                y = np.where(best.mask[..., None] > 0, y, other.array)
            if other.mask is not None:
                y = np.where(other.mask[..., None] > 0, y, best.array)
            best = Value(y, _joined([best, other]))
        return best

    return compare


def _joined(inputs: list[Value]) -> Array | None:
    """Let a step count where it counts in any input; None where one has no mask."""
    masks = [value.mask for value in inputs if value.mask is not None]
    return np.maximum.reduce(masks) if len(masks) == len(inputs) else None


def multiply(layer: Layer, arrays: Arrays, inputs: list[Value]) -> Value:
    """Multiply; a masked step is no factor, and nothing is left where it is masked in every input."""
    del arrays
    if layer["semantics"] == FIRST:
        return Value(np.asarray(np.prod([value.array for value in inputs], axis=0)))
    factors = [
        each.array if each.mask is None else np.where(each.mask[..., None] > 0, each.array, 1) for each in inputs
    ]
    product, mask = np.asarray(np.prod(factors, axis=0)), _joined(inputs)
    return Value(product if mask is None else product * mask[..., None].astype(product.dtype), mask)
