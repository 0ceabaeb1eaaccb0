"""The base of layers that merge several inputs of one shape into one output of that shape."""

import math
from abc import ABC
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.engine.layouts import values_of
from neural.errors import ShapeError
from neural.layers.shared.base import Layer, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse


@dataclass(frozen=True, kw_only=True)
class Merging(Layer, ABC):
    """A layer that reads two or more values of one shape and gives one of that shape."""

    minimum_inputs: ClassVar[int] = 2
    maximum_inputs: ClassVar[int | None] = None
    mask_use: ClassVar[MaskUse] = MaskUse.JOINS

    def output_shape(self, *input_shapes: Shape) -> Shape:
        """Return the inputs' shape."""
        for shape in input_shapes[1:]:
            if shape != input_shapes[0]:
                raise ShapeError(
                    f"layer {self.name}", got=input_shapes, needed=f"inputs of one shape, {input_shapes[0]}"
                )
        return input_shapes[0]

    def parameter_shapes(self, *input_shapes: Shape) -> tuple[ParameterShape, ...]:
        """There are none."""
        del input_shapes
        return ()

    def flops_per_row(self, *input_shapes: Shape) -> int:
        """One for each value of each input."""
        return sum(map(math.prod, input_shapes))


def inputs_of(buffers: LayerBuffers) -> list[Array]:
    """View all inputs without their rows of ones."""
    return [values_of(x) for x in buffers.xs]


def copied_back(buffers: LayerBuffers) -> Calls:
    """Give every input the output's error."""
    return [partial(np.copyto, dx, buffers.dy) for dx in buffers.dxs if dx is not None]
