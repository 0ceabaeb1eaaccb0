"""Division of the features of each row, time step or place by their length."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

import numpy as np

from neural.engine.arrays import Calls, scalar
from neural.engine.layouts import columns_view
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse

SHORTEST: Final = 1e-12  # a shorter vector is divided by this, as in Keras


@dataclass(frozen=True, kw_only=True)
class UnitNormalization(Layer):
    """y = x / ‖x‖ over the features of each row, step or place; dx = (dy - y·Σ(dy·y)) / ‖x‖. As Keras' layer."""

    key: ClassVar[str] = "unit_normalization"
    summary: ClassVar[str] = "Divides the features of each row, time step or place by their Euclidean length."
    aliases: ClassVar[tuple[str, ...]] = ("l2_normalization",)
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def flops_per_row(self, input_shape: Shape) -> int:
        """About three for each value."""
        return 3 * super().flops_per_row(input_shape)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind with the features as rows: sums over them are products with a row of ones."""
        x, y, dy = columns_view(buffers.x_values), columns_view(buffers.y_values), columns_view(buffers.dy)
        squares, ones = buffers.scratch("squares", y.shape), np.ones(len(y), y.dtype)
        length, along = (buffers.scratch(label, y.shape[1:]) for label in ("length", "along"))
        forward: Calls = [
            partial(np.multiply, x, x, squares),
            partial(ones.dot, squares, length),
            partial(np.sqrt, length, length),
            partial(np.maximum, length, scalar(SHORTEST, y.dtype), out=length),
            partial(np.divide, x, length, y),
        ]
        if buffers.dx is None:
            return Bound(forward, [])
        dx = columns_view(buffers.dx)
        backward: Calls = [
            partial(np.multiply, dy, y, squares),
            partial(ones.dot, squares, along),
            partial(np.multiply, y, along, squares),
            partial(np.subtract, dy, squares, dx),
            partial(np.divide, dx, length, dx),
        ]
        return Bound(forward, backward)
