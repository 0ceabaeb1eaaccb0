"""Pooling over all places at once: one number for each channel or feature."""

from abc import ABC
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.layouts import columns_view
from neural.errors import ShapeError
from neural.fields import check, flag
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.time_distributed import AtEachStep


@dataclass(frozen=True, kw_only=True)
class _GlobalPooling(AtEachStep, Layer, ABC):
    """All places of a value, each channel by itself."""

    rank: ClassVar[int]
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    keepdims: bool = flag(default=False, summary="Whether the axes that are pooled stay, each of one place.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels,), or as many axes as the input has."""
        if len(input_shape) != self.rank:
            needed = "a sequence, (time, features)" if self.rank == 2 else "an image, (height, width, channels)"
            raise ShapeError(f"layer {self.name}", got=input_shape, needed=needed)
        return (*([1] * (self.rank - 1) if self.keepdims else []), input_shape[-1])


def _places(values: Array) -> Array:
    """View (channels, *places, batch) as (channels, places, batch)."""
    return values.reshape(len(values), -1, values.shape[-1])


@dataclass(frozen=True, kw_only=True)
class _GlobalAverage(_GlobalPooling, ABC):
    """y = mean over the places that count; dx = dy / count."""

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Sum and divide; under a mask, over the time steps that count, at least one."""
        x, y, dy = _places(buffers.x_values), columns_view(buffers.y_values), columns_view(buffers.dy)
        if buffers.mask is not None and self.mask_use is MaskUse.USES_AND_ENDS:
            return _masked_average(buffers, buffers.mask)
        share = scalar(1 / x.shape[1], y.dtype)
        forward: Calls = [partial(np.add.reduce, x, 1, None, y), partial(np.multiply, y, share, y)]
        if buffers.dx is None:
            return Bound(forward, [])
        dx = _places(buffers.dx)
        return Bound(forward, [partial(np.multiply, dy[:, None], share, dx)])


def _masked_average(buffers: LayerBuffers, mask: Array) -> Bound:
    x, y, dy = buffers.x_values, columns_view(buffers.y_values), columns_view(buffers.dy)
    counted, share = buffers.scratch("counted", x.shape), buffers.scratch("share", (mask.shape[1],))
    forward: Calls = [
        partial(np.multiply, x, mask, counted),
        partial(np.add.reduce, counted, 1, None, y),
        partial(np.add.reduce, mask, 0, None, share),
        partial(np.maximum, share, scalar(1, y.dtype), out=share),
        partial(np.divide, y, share, y),
    ]
    if buffers.dx is None:
        return Bound(forward, [])
    backward: Calls = [partial(np.divide, dy, share, dy), partial(np.multiply, dy[:, None], mask, buffers.dx)]
    return Bound(forward, backward)


@dataclass(frozen=True, kw_only=True)
class _GlobalMax(_GlobalPooling, ABC):
    """y = max over all places; dx = dy at the places that have it, in equal shares where several do, as JAX."""

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Compare, count, divide."""
        x, y = _places(buffers.x_values), columns_view(buffers.y_values)
        hit, count = buffers.scratch("hit", x.shape), buffers.scratch("count", y.shape)
        forward: Calls = [partial(np.maximum.reduce, x, 1, None, y)]
        kinks = (lambda: np.argmax(x, axis=1),)
        if buffers.dx is None:
            return Bound(forward, [], kinks)
        dy, dx = columns_view(buffers.dy), _places(buffers.dx)
        backward: Calls = [
            partial(np.equal, x, y[:, None], hit, casting="unsafe"),
            partial(np.add.reduce, hit, 1, None, count),
            partial(np.divide, dy, count, dy),
            partial(np.multiply, hit, dy[:, None], dx),
        ]
        return Bound(forward, backward, kinks)


@dataclass(frozen=True, kw_only=True)
class GlobalAveragePooling2D(_GlobalAverage):
    """The mean of each channel of an image."""

    key: ClassVar[str] = "global_average_pooling2d"
    summary: ClassVar[str] = "The mean of each channel of an image."
    rank: ClassVar[int] = 3


@dataclass(frozen=True, kw_only=True)
class GlobalMaxPooling2D(_GlobalMax):
    """The largest value of each channel of an image."""

    key: ClassVar[str] = "global_max_pooling2d"
    summary: ClassVar[str] = "The largest value of each channel of an image."
    rank: ClassVar[int] = 3


@dataclass(frozen=True, kw_only=True)
class GlobalAveragePooling1D(_GlobalAverage):
    """The mean of each feature over the time steps that count."""

    key: ClassVar[str] = "global_average_pooling1d"
    summary: ClassVar[str] = "The mean of each feature over the time steps that count."
    mask_use: ClassVar[MaskUse] = MaskUse.USES_AND_ENDS
    rank: ClassVar[int] = 2


@dataclass(frozen=True, kw_only=True)
class GlobalMaxPooling1D(_GlobalMax):
    """The largest value of each feature over all time steps."""

    key: ClassVar[str] = "global_max_pooling1d"
    summary: ClassVar[str] = "The largest value of each feature over all time steps."
    rank: ClassVar[int] = 2
