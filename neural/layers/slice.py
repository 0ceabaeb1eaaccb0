"""The layer that reads a part of its input, so that one row can carry the inputs of several branches."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Call, Calls
from neural.errors import ParameterOutOfRange, ShapeError
from neural.fields import check, integer
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse


@dataclass(frozen=True, kw_only=True)
class Slice(Layer):
    """y = x[start:stop] along the first axis of a row: features of a vector, time steps of a sequence."""

    key: ClassVar[str] = "slice"
    summary: ClassVar[str] = "Reads some features of a vector, or some time steps of a sequence."
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES
    only_moves: ClassVar[bool] = True

    start: int = integer(0, minimum=0, summary="First position that is read.")
    stop: int = integer(minimum=1, summary="First position that is not read any more.")

    @property
    def writes_mask(self) -> bool:
        """Tell that the output's mask is a part of the input's."""
        return True

    def __post_init__(self) -> None:
        check(self)
        if self.stop <= self.start:
            raise ParameterOutOfRange(self.key, "stop", self.stop, expected=f"a number above start, {self.start}")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (stop - start,) or (stop - start, features)."""
        if len(input_shape) == 3 or input_shape[0] < self.stop:
            needed = f"a vector or sequence of at least {self.stop}"
            raise ShapeError(f"layer {self.name}", got=input_shape, needed=needed)
        return (self.stop - self.start, *input_shape[1:])

    def flops_per_row(self, input_shape: Shape) -> int:
        """Return 0: there is nothing to compute."""
        del input_shape
        return 0

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = x[start:stop]; backward dx = 0 but for dx[start:stop] = dy."""
        forward: Calls = [partial(np.copyto, buffers.y_values, self._part(buffers.x_values))]
        if buffers.mask is not None and buffers.y_mask is not None:
            forward.append(partial(np.copyto, buffers.y_mask, buffers.mask[self.start : self.stop]))
        if buffers.dx is None:
            return Bound(forward, [])
        clear: Call = partial(buffers.dx.fill, 0)
        return Bound(forward, [clear, partial(np.copyto, self._part(buffers.dx), buffers.dy)])

    def _part(self, values: Array) -> Array:
        return values[self.start : self.stop] if values.ndim == 2 else values[:, self.start : self.stop]
