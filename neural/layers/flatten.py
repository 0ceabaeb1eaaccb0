"""Values in another shape: in a row, or folded into time steps or an image."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.errors import ParameterOutOfRange, ShapeError
from neural.fields import check, sizes
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.time_distributed import AtEachStep


@dataclass(frozen=True, kw_only=True)
class Flatten(AtEachStep, Layer):
    """y = x in a row, the last axis fastest, as Keras does."""

    key: ClassVar[str] = "flatten"
    summary: ClassVar[str] = "Puts all values of a row behind one another."
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS
    only_moves: ClassVar[bool] = True

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (values,)."""
        return (math.prod(input_shape),)

    def flops_per_row(self, input_shape: Shape) -> int:
        """Return 0: there is nothing to compute."""
        del input_shape
        return 0

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = x, backward dx = dy, in the order of a row."""
        return copied(buffers)


@dataclass(frozen=True, kw_only=True)
class Reshape(Layer):
    """y = x folded into (time, features) or (height, width, channels), the last axis fastest."""

    key: ClassVar[str] = "reshape"
    summary: ClassVar[str] = "Folds the values of a row into a sequence (time, features) or an image."
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS
    only_moves: ClassVar[bool] = True

    target_shape: tuple[int, ...] = sizes(
        axes=0,
        minimum=-1,
        summary="(features,), (time, features), (height, width, channels), or images over time; one may be -1.",
    )

    def __post_init__(self) -> None:
        check(self)
        if 0 in self.target_shape or self.target_shape.count(-1) > 1:
            expected = "sizes of at least 1, of which one may be -1 for what is left"
            raise ParameterOutOfRange(self.key, "target_shape", list(self.target_shape), expected=expected)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the target's shape with -1 filled in."""
        count, known = math.prod(input_shape), abs(math.prod(self.target_shape))
        open_size = count // known if -1 in self.target_shape else 1
        if known * open_size != count:
            raise ShapeError(f"layer {self.name}", got=f"{count} values", needed=f"a whole multiple of {known} values")
        return tuple(open_size if size == -1 else size for size in self.target_shape)

    def flops_per_row(self, input_shape: Shape) -> int:
        """Return 0: there is nothing to compute."""
        del input_shape
        return 0

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = x, backward dx = dy, in the order of a row."""
        return copied(buffers)


def copied(buffers: LayerBuffers) -> Bound:
    """Copy values in the order of a row from one shape into another, and errors back."""
    forward = _copy(buffers.x_values, buffers.input_shape, buffers.y_values, buffers.output_shape, buffers)
    if buffers.dx is None:
        return Bound(forward, [])
    return Bound(forward, _copy(buffers.dy, buffers.output_shape, buffers.dx, buffers.input_shape, buffers))


def _copy(source: Array, before: Shape, target: Array, after: Shape, buffers: LayerBuffers) -> Calls:
    batch = source.shape[-1]
    source, target = (np.moveaxis(array, 0, -2) for array in (source, target))  # (*shape, batch), as a row has it
    if len(before) == 1:
        return [partial(np.copyto, target, source.reshape(*after, batch))]
    if len(after) == 1:
        return [partial(np.copyto, target.reshape(*before, batch), source)]
    row = buffers.scratch("row", (math.prod(before), batch))
    return [
        partial(np.copyto, row.reshape(*before, batch), source),
        partial(np.copyto, target, row.reshape(*after, batch)),
    ]
