"""Layers that put values into other places: repeated, padded, cut, or along other axes."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Array = np.ndarray
Layer = Mapping[str, Any]


def _pairs(value: Any, axes: int) -> list[tuple[int, int]]:
    """Read what stands before and after each axis: one number for all, or one after the other."""
    values = [value] * (2 * axes) if isinstance(value, int) else list(value)
    return list(zip(values[::2], values[1::2], strict=True))


def _padded(axes: int) -> Callable[[Layer, Array], Array]:
    return lambda layer, x: np.pad(x, [(0, 0), *_pairs(layer["padding"], axes), (0, 0)])


def _cropped(axes: int) -> Callable[[Layer, Array], Array]:
    def crop(layer: Layer, x: Array) -> Array:
        sizes = zip(x.shape[1:-1], _pairs(layer["cropping"], axes), strict=True)
        return x[(slice(None), *(slice(before, size - after) for size, (before, after) in sizes))]

    return crop


def _enlarged(layer: Layer, x: Array) -> Array:
    high, wide = (layer["size"],) * 2 if isinstance(layer["size"], int) else layer["size"]
    if layer.get("interpolation") == "bilinear":
        return _between(_between(x, high, 1), wide, 2)
    return x.repeat(high, axis=1).repeat(wide, axis=2)


def _between(x: Array, times: int, axis: int) -> Array:
    """Draw straight lines between the places of an axis; at the edges there is only the last one."""
    n = x.shape[axis]
    at = np.clip((np.arange(n * times) + 0.5) / times - 0.5, 0, n - 1)
    below = np.floor(at).astype(int)
    share = (at - below).reshape(-1, *[1] * (x.ndim - axis - 1))
    above = x.take(np.minimum(below + 1, n - 1), axis=axis)
    return np.asarray(x.take(below, axis=axis) * (1 - share) + above * share)


MOVES: dict[str, Callable[[Layer, Array], Array]] = {
    "permute": lambda layer, x: x.transpose(0, *layer["dims"]),
    "repeat_vector": lambda layer, x: x[:, None].repeat(layer["n"], axis=1),
    "zero_padding1d": _padded(1),
    "zero_padding2d": _padded(2),
    "cropping1d": _cropped(1),
    "cropping2d": _cropped(2),
    "up_sampling1d": lambda layer, x: x.repeat(layer["size"], axis=1),
    "up_sampling2d": _enlarged,
}
MOVING = frozenset({"flatten", "reshape", "slice", "cropping1d", "cropping2d", "up_sampling1d", "up_sampling2d"})
"""Layers behind which a function may as well stand before them: they compute nothing."""
