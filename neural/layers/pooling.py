"""Pooling: one number for each window of each channel, the largest or the mean, in one and two dimensions."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.errors import ShapeError
from neural.fields import check, choice, integer, per_axis, sizes
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.convolutions.windows import PADDINGS, Windows
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.time_distributed import AtEachStep

Parts = list[Array]  # of each place in a window, the values of all windows: (channels, count, count, batch)


@dataclass(frozen=True, kw_only=True)
class _Pooling(AtEachStep, Layer, ABC):
    """Windows over the places of a value, each channel by itself."""

    fill: ClassVar[float]  # what stands in padding
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    @abstractmethod
    def windows(self, shape: Shape) -> Windows:
        """Return the windows over a row of this shape."""

    @abstractmethod
    def pool(self, parts: Parts, y: Array, buffers: LayerBuffers, windows: Windows) -> Calls:
        """Compute y, for each window one number out of its parts."""

    @abstractmethod
    def spread(self, parts: Parts, dparts: Parts, y: Array, dy: Array, buffers: LayerBuffers) -> Calls:
        """Add the errors of each place in the windows to `dparts`, which start at zero."""

    def kinks(self, parts: Parts) -> tuple[Array, ...]:
        """Tell which place of each window decides; empty where all do."""
        del parts
        return ()

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind on views of each place in the windows."""
        windows, channels, batch = self.windows(buffers.input_shape), buffers.input_shape[-1], buffers.y.shape[-1]
        x = buffers.x_values.reshape(channels, *windows.shape, batch)
        y = buffers.y_values.reshape(channels, *windows.count, batch)
        forward: Calls = []
        if windows.is_padded:
            source = buffers.scratch("padded", (channels, *windows.padded_shape, batch))
            source.fill(self.fill)
            forward.append(partial(np.copyto, windows.inner(source), x))
        else:
            source = x
        parts = _parts(windows.of(source))
        forward += self.pool(parts, y, buffers, windows)
        kinks = (lambda: np.concatenate([side.ravel() for side in self.kinks(parts)]),) if self.kinks(parts) else ()
        if buffers.dx is None:
            return Bound(forward, [], kinks)
        dx = buffers.dx.reshape(x.shape)
        whole = buffers.scratch("padded dx", source.shape) if windows.is_padded else dx
        dy = buffers.dy.reshape(y.shape)
        backward: Calls = [partial(whole.fill, 0)]
        backward += self.spread(parts, _parts(windows.of(whole)), y, dy, buffers)
        if windows.is_padded:
            backward.append(partial(np.copyto, dx, windows.inner(whole)))
        return Bound(forward, backward, kinks)


def _parts(view: Array) -> Parts:
    high, wide = view.shape[:2]
    return [view[i, j] for i in range(high) for j in range(wide)]


@dataclass(frozen=True, kw_only=True)
class _Max(_Pooling, ABC):
    """y = max of the window; dx = dy at the first place where it stands."""

    fill: ClassVar[float] = -math.inf

    def pool(self, parts: Parts, y: Array, buffers: LayerBuffers, windows: Windows) -> Calls:
        """Take the maximum place by place."""
        del buffers, windows
        if len(parts) == 1:
            return [partial(np.copyto, y, parts[0])]
        return [partial(np.maximum, parts[0], parts[1], out=y), *(partial(np.maximum, y, x, out=y) for x in parts[2:])]

    def spread(self, parts: Parts, dparts: Parts, y: Array, dy: Array, buffers: LayerBuffers) -> Calls:
        """Give the error to the first place that has the maximum."""
        hit, is_open, share = (buffers.scratch(label, y.shape) for label in ("hit", "open", "share"))
        calls: Calls = [partial(is_open.fill, 1)]
        for x, dx in zip(parts, dparts, strict=True):
            calls += [
                partial(np.equal, x, y, hit, casting="unsafe"),
                partial(np.multiply, hit, is_open, hit),
                partial(np.subtract, is_open, hit, is_open),
                partial(np.multiply, hit, dy, share),
                partial(np.add, dx, share, dx),
            ]
        return calls

    def kinks(self, parts: Parts) -> tuple[Array, ...]:
        """The place of the maximum."""
        places: npt.NDArray[Any] = np.argmax(np.stack(parts), axis=0)
        return (places,)


@dataclass(frozen=True, kw_only=True)
class _Average(_Pooling, ABC):
    """y = mean of the window, padding not counted; dx = dy / count."""

    fill: ClassVar[float] = 0.0

    def pool(self, parts: Parts, y: Array, buffers: LayerBuffers, windows: Windows) -> Calls:
        """Add place by place, then divide."""
        share = _shares(windows, y, buffers)
        sums = [partial(np.add, y, x, y) for x in parts[1:]]
        return [partial(np.copyto, y, parts[0]), *sums, partial(np.multiply, y, share, y)]

    def spread(self, parts: Parts, dparts: Parts, y: Array, dy: Array, buffers: LayerBuffers) -> Calls:
        """Give each place its share."""
        del parts, y
        share = _shares(self.windows(buffers.input_shape), dy, buffers)
        return [partial(np.multiply, dy, share, dy), *(partial(np.add, dx, dy, dx) for dx in dparts)]


def _shares(windows: Windows, y: Array, buffers: LayerBuffers) -> Array:
    """One divided by how many true values each window has: a number, or (count, count, 1) where there is padding."""
    if not windows.is_padded:
        return scalar(1 / math.prod(windows.size), y.dtype)
    ones = np.zeros((1, *windows.padded_shape, 1), y.dtype)
    windows.inner(ones)[...] = 1
    counts = sum(_parts(windows.of(ones)))
    share = buffers.scratch("share of window", (1, *windows.count, 1))
    np.divide(1, counts, share)
    return share


@dataclass(frozen=True, kw_only=True)
class _Pooling2D(_Pooling, ABC):
    """Windows over images."""

    pool_size: int | tuple[int, int] = sizes(2, axes=2, minimum=1, summary="Height and width of the windows.")
    strides: int | tuple[int, int] | None = sizes(0, axes=2, minimum=0, summary="Steps; 0: as large as the windows.")
    padding: str = choice("valid", lambda: PADDINGS, summary="valid: windows stay inside; same: over the edge.")

    def __post_init__(self) -> None:
        check(self)

    def windows(self, shape: Shape) -> Windows:
        """Return the windows over an image."""
        size = per_axis(self.pool_size)
        strides = per_axis(self.strides or size)
        return Windows(shape[:2], size, strides, (1, 1), self.padding)  # type: ignore[arg-type]

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (height, width, channels)."""
        if len(input_shape) != 3:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="an image, (height, width, channels)")
        windows = self.windows(input_shape)
        windows.check(self.name, input_shape)
        return (*windows.count, input_shape[-1])


@dataclass(frozen=True, kw_only=True)
class _Pooling1D(_Pooling, ABC):
    """Windows over sequences."""

    pool_size: int = integer(2, minimum=1, summary="Time steps of a window.")
    strides: int = integer(0, minimum=0, summary="Steps from window to window; 0: as long as the windows.")
    padding: str = choice("valid", lambda: PADDINGS, summary="valid: windows stay inside; same: over the edge.")

    def __post_init__(self) -> None:
        check(self)

    def windows(self, shape: Shape) -> Windows:
        """Return the windows over a sequence, an image that is one row high."""
        strides = self.strides or self.pool_size
        return Windows((1, shape[0]), (1, self.pool_size), (1, strides), (1, 1), self.padding)  # type: ignore[arg-type]

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (time, features)."""
        if len(input_shape) != 2:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="a sequence, (time, features)")
        windows = self.windows(input_shape)
        windows.check(self.name, input_shape)
        return (windows.count[1], input_shape[-1])


@dataclass(frozen=True, kw_only=True)
class MaxPooling2D(_Max, _Pooling2D):
    """The largest value of each window of an image."""

    key: ClassVar[str] = "max_pooling2d"
    summary: ClassVar[str] = "The largest value of each window of an image, channel by channel."
    aliases: ClassVar[tuple[str, ...]] = ("max_pool2d", "maxpool2d")


@dataclass(frozen=True, kw_only=True)
class AveragePooling2D(_Average, _Pooling2D):
    """The mean of each window of an image."""

    key: ClassVar[str] = "average_pooling2d"
    summary: ClassVar[str] = "The mean of each window of an image, channel by channel."
    aliases: ClassVar[tuple[str, ...]] = ("avg_pool2d", "average_pool2d")


@dataclass(frozen=True, kw_only=True)
class MaxPooling1D(_Max, _Pooling1D):
    """The largest value of each window of a sequence."""

    key: ClassVar[str] = "max_pooling1d"
    summary: ClassVar[str] = "The largest value of each window of a sequence, feature by feature."
    aliases: ClassVar[tuple[str, ...]] = ("max_pool1d", "maxpool1d")


@dataclass(frozen=True, kw_only=True)
class AveragePooling1D(_Average, _Pooling1D):
    """The mean of each window of a sequence."""

    key: ClassVar[str] = "average_pooling1d"
    summary: ClassVar[str] = "The mean of each window of a sequence, feature by feature."
    aliases: ClassVar[tuple[str, ...]] = ("avg_pool1d", "average_pool1d")
