"""Zeros around sequences and images."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.fields import check, per_axis, sizes
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.edges import Edges, inner, pairs
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.ranks import check_rank


@dataclass(frozen=True, kw_only=True)
class _ZeroPadding(Layer, ABC):
    """y = 0 but for its inner part, which is x; dx is the inner part of dy."""

    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    rank: ClassVar[int]

    def __post_init__(self) -> None:
        check(self)

    @abstractmethod
    def edges(self) -> Edges:
        """Return how many zeros stand before and after each axis."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the places with those that are added, and the features."""
        check_rank(self.name, input_shape, self.rank)
        wide = (size + sum(pair) for size, pair in zip(input_shape[:-1], self.edges(), strict=True))
        return (*wide, input_shape[-1])

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward the inner part of y is x, the zeros stay; backward dx is the inner part."""
        part = inner(self.edges(), buffers.output_shape)
        buffers.y_values.fill(0)
        forward = partial(np.copyto, buffers.y_values[part], buffers.x_values)
        if buffers.dx is None:
            return Bound([forward], [])
        return Bound([forward], [partial(np.copyto, buffers.dx, buffers.dy[part])])


@dataclass(frozen=True, kw_only=True)
class ZeroPadding1D(_ZeroPadding):
    """Zeros before and after a sequence."""

    key: ClassVar[str] = "zero_padding1d"
    summary: ClassVar[str] = "Adds time steps of zeros before and after a sequence."
    rank: ClassVar[int] = 2

    padding: int | tuple[int, int] = sizes(1, axes=2, minimum=0, summary="Steps before, and after.")

    def edges(self) -> Edges:
        """Before and after the time steps."""
        return pairs(per_axis(self.padding))


@dataclass(frozen=True, kw_only=True)
class ZeroPadding2D(_ZeroPadding):
    """Zeros around an image."""

    key: ClassVar[str] = "zero_padding2d"
    summary: ClassVar[str] = "Adds zeros around an image."
    rank: ClassVar[int] = 3

    padding: int | tuple[int, int, int, int] = sizes(
        1, axes=4, minimum=0, summary="Rows above and below, columns left and right."
    )

    def edges(self) -> Edges:
        """Above and below, left and right."""
        return pairs(per_axis(self.padding, 4))
