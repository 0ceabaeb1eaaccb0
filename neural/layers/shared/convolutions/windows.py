"""Windows that move over an image or a sequence: how many there are, and their values without a copy."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from numpy.lib.stride_tricks import as_strided

from neural.engine.arrays import Array
from neural.errors import ShapeError

Padding = Literal["valid", "same", "causal"]
PADDINGS: Mapping[str, None] = MappingProxyType({"valid": None, "same": None})  # of images
Pair = tuple[int, int]


@dataclass(frozen=True)
class Windows:
    """Windows of `size` at steps of `strides` over (height, width); `dilation` spreads their values.

    With n values along an axis and windows that span e = (size - 1)·dilation + 1: valid gives ⌊(n - e) / stride⌋ + 1,
    same gives ⌈n / stride⌉ and pads evenly, the odd one at the end; causal pads e - 1 at the start.
    """

    shape: Pair  # height and width of the values
    size: Pair
    strides: Pair = (1, 1)
    dilation: Pair = (1, 1)
    padding: Padding = "valid"
    places: Pair | None = None  # how many windows there are, where it is they that decide how many values there are

    @property
    def span(self) -> Pair:
        """How far a window reaches along each axis."""
        high, wide = ((size - 1) * step + 1 for size, step in zip(self.size, self.dilation, strict=True))
        return high, wide

    @property
    def count(self) -> Pair:
        """How many windows there are along each axis."""
        if self.places is not None:
            return self.places
        high, wide = (
            (n - e) // stride + 1 if self.padding == "valid" else -(-n // stride)
            for n, e, stride in zip(self.shape, self.span, self.strides, strict=True)
        )
        return high, wide

    @property
    def pads(self) -> tuple[Pair, Pair]:
        """How many values are added before and after each axis."""
        top, left = (self._pad(axis) for axis in (0, 1))
        return top, left

    def _pad(self, axis: int) -> Pair:
        if self.padding == "valid":
            return 0, 0
        if self.padding == "causal":
            return self.span[axis] - 1, 0
        missing = max(0, (self.count[axis] - 1) * self.strides[axis] + self.span[axis] - self.shape[axis])
        return missing // 2, missing - missing // 2

    @property
    def is_padded(self) -> bool:
        """Whether anything is added."""
        return self.pads != ((0, 0), (0, 0))

    @property
    def padded_shape(self) -> Pair:
        """Height and width with what is added."""
        (top, bottom), (left, right) = self.pads
        return self.shape[0] + top + bottom, self.shape[1] + left + right

    def inner(self, padded: Array) -> Array:
        """View the values within what was added, for arrays (channels, height, width, batch)."""
        (top, _), (left, _) = self.pads
        return padded[:, top : top + self.shape[0], left : left + self.shape[1]]

    def of(self, values: Array) -> Array:
        """View (channels, height, width, batch) as (size, size, channels, count, count, batch)."""
        channel, row, column, one = values.strides
        strides = (
            row * self.dilation[0],
            column * self.dilation[1],
            channel,
            row * self.strides[0],
            column * self.strides[1],
            one,
        )
        shape = (*self.size, len(values), *self.count, values.shape[-1])
        view: Array = as_strided(values, shape, strides)
        return view

    def check(self, layer: str | None, got: tuple[int, ...]) -> None:
        """Raise ShapeError unless at least one window fits."""
        if min(self.count) < 1:
            needed = f"at least {self.span[0]} by {self.span[1]}, the reach of a window"
            raise ShapeError(f"layer {layer}", got=got, needed=needed)
