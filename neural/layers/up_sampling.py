"""Sequences and images with every place repeated: the way back from pooling."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls
from neural.fields import check, integer, per_axis, sizes
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.ranks import check_rank


@dataclass(frozen=True, kw_only=True)
class UpSampling1D(Layer):
    """y[t] = x[⌊t / size⌋]; dx[t] = Σ dy over the copies of step t."""

    key: ClassVar[str] = "up_sampling1d"
    summary: ClassVar[str] = "Repeats every time step of a sequence."
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS
    only_moves: ClassVar[bool] = True

    size: int = integer(2, minimum=1, summary="How often each step stands there.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (time · size, features)."""
        check_rank(self.name, input_shape, 2)
        return (input_shape[0] * self.size, input_shape[1])

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward copies; backward their errors are added."""
        time, features = buffers.input_shape
        copies = (features, time, self.size, buffers.y.shape[-1])
        forward: Calls = [partial(np.copyto, buffers.y_values.reshape(copies), buffers.x_values[:, :, None])]
        if buffers.dx is None:
            return Bound(forward, [])
        return Bound(forward, [partial(np.add.reduce, buffers.dy.reshape(copies), 2, None, buffers.dx)])


@dataclass(frozen=True, kw_only=True)
class UpSampling2D(Layer):
    """y[i, j] = x[⌊i / height⌋, ⌊j / width⌋]: nearest neighbours; dx[i, j] = Σ dy over the copies of a place."""

    key: ClassVar[str] = "up_sampling2d"
    summary: ClassVar[str] = "Repeats every row and column of an image."
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS
    only_moves: ClassVar[bool] = True

    size: int | tuple[int, int] = sizes(2, axes=2, minimum=1, summary="How often each row and column stands there.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (height · size, width · size, channels)."""
        check_rank(self.name, input_shape, 3)
        high, wide = per_axis(self.size)
        return (input_shape[0] * high, input_shape[1] * wide, input_shape[2])

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward copies; backward their errors are added, along rows and then along columns."""
        (height, width, channels), (high, wide) = buffers.input_shape, per_axis(self.size)
        batch = buffers.y.shape[-1]
        copies = (channels, height, high, width, wide, batch)
        x = buffers.x_values[:, :, None, :, None]
        forward: Calls = [partial(np.copyto, buffers.y_values.reshape(copies), x)]
        if buffers.dx is None:
            return Bound(forward, [])
        rows = buffers.scratch("errors of rows", (channels, height, high, width, batch))
        backward: Calls = [
            partial(np.add.reduce, buffers.dy.reshape(copies), 4, None, rows),
            partial(np.add.reduce, rows, 2, None, buffers.dx),
        ]
        return Bound(forward, backward)
