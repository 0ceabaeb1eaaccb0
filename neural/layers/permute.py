"""The axes of a row in another order."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array
from neural.errors import ParameterOutOfRange, ShapeError
from neural.fields import check, sizes
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse


@dataclass(frozen=True, kw_only=True)
class Permute(Layer):
    """Axis i of y is axis dims[i] of x, counted from 1, as in Keras; dx has the axes back in their order."""

    key: ClassVar[str] = "permute"
    summary: ClassVar[str] = "Puts the axes of a row into another order, such as features before time steps."
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    dims: tuple[int, ...] = sizes(axes=0, minimum=1, maximum=3, summary="The axes in their new order, counted from 1.")

    def __post_init__(self) -> None:
        check(self)
        if sorted(self.dims) != [*range(1, len(self.dims) + 1)]:
            expected = "each of the numbers from 1 once, such as [2, 1]"
            raise ParameterOutOfRange(self.key, "dims", list(self.dims), expected=expected)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the sizes in their new order."""
        if len(input_shape) != len(self.dims):
            raise ShapeError(f"layer {self.name}", got=input_shape, needed=f"a row of {len(self.dims)} axes")
        return tuple(input_shape[axis - 1] for axis in self.dims)

    def flops_per_row(self, input_shape: Shape) -> int:
        """Return 0: there is nothing to compute."""
        del input_shape
        return 0

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Copy along transposed views, both ways."""
        forward = partial(np.copyto, _as_rows(buffers.y_values), self._moved(_as_rows(buffers.x_values)))
        if buffers.dx is None:
            return Bound([forward], [])
        return Bound([forward], [partial(np.copyto, self._moved(_as_rows(buffers.dx)), _as_rows(buffers.dy))])

    def _moved(self, values: Array) -> Array:
        return values.transpose(*(axis - 1 for axis in self.dims), len(self.dims))


def _as_rows(values: Array) -> Array:
    """View (features, *places, batch) as (*places, features, batch), the axes in the order of a row."""
    return np.moveaxis(values, 0, -2)
