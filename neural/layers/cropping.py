"""Sequences and images without their edges."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.errors import ShapeError
from neural.fields import check, per_axis, sizes
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.edges import Edges, inner, pairs
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.ranks import check_rank


@dataclass(frozen=True, kw_only=True)
class _Cropping(Layer, ABC):
    """y is the inner part of x; dx = 0 but for its inner part, which is dy."""

    mask_use: ClassVar[MaskUse] = MaskUse.ENDS
    only_moves: ClassVar[bool] = True

    rank: ClassVar[int]

    def __post_init__(self) -> None:
        check(self)

    @abstractmethod
    def edges(self) -> Edges:
        """Return how many places are left out before and after each axis."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the places that are left, and the features."""
        check_rank(self.name, input_shape, self.rank)
        left = [size - sum(pair) for size, pair in zip(input_shape[:-1], self.edges(), strict=True)]
        if min(left) < 1:
            needed = " by ".join(f"more than {sum(pair)}" for pair in self.edges())
            raise ShapeError(f"layer {self.name}", got=input_shape, needed=f"{needed} places, which are cut off")
        return (*left, input_shape[-1])

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y is the inner part; backward zeros around dy."""
        part = inner(self.edges(), buffers.input_shape)
        forward = partial(np.copyto, buffers.y_values, buffers.x_values[part])
        if buffers.dx is None:
            return Bound([forward], [])
        return Bound([forward], [partial(buffers.dx.fill, 0), partial(np.copyto, buffers.dx[part], buffers.dy)])


@dataclass(frozen=True, kw_only=True)
class Cropping1D(_Cropping):
    """A sequence without its first and last steps."""

    key: ClassVar[str] = "cropping1d"
    summary: ClassVar[str] = "Leaves out the first and last time steps of a sequence."
    rank: ClassVar[int] = 2

    cropping: int | tuple[int, int] = sizes(1, axes=2, minimum=0, summary="Steps at the start, and at the end.")

    def edges(self) -> Edges:
        """Before and after the time steps."""
        return pairs(per_axis(self.cropping))


@dataclass(frozen=True, kw_only=True)
class Cropping2D(_Cropping):
    """An image without its edges."""

    key: ClassVar[str] = "cropping2d"
    summary: ClassVar[str] = "Cuts the edges of an image off."
    rank: ClassVar[int] = 3

    cropping: int | tuple[int, int, int, int] = sizes(
        0, axes=4, minimum=0, summary="Rows above and below, columns left and right."
    )

    def edges(self) -> Edges:
        """Above and below, left and right."""
        return pairs(per_axis(self.cropping, 4))
