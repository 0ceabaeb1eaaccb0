"""Several values side by side."""

import math
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.errors import ShapeError
from neural.layers.shared.base import Bound, Layer, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.merging import inputs_of


@dataclass(frozen=True, kw_only=True)
class Concatenate(Layer):
    """y = [x₁, x₂, …] along the last axis: features of vectors and sequences, channels of images."""

    key: ClassVar[str] = "concatenate"
    summary: ClassVar[str] = "Its inputs side by side, along the last axis."
    mask_use: ClassVar[MaskUse] = MaskUse.JOINS
    minimum_inputs: ClassVar[int] = 2
    maximum_inputs: ClassVar[int | None] = None

    def output_shape(self, *input_shapes: Shape) -> Shape:
        """Return the inputs' shape with the sum of their last axes."""
        first = input_shapes[0]
        if any(shape[:-1] != first[:-1] for shape in input_shapes):
            needed = f"inputs that differ in the last axis only, as {first} does"
            raise ShapeError(f"layer {self.name}", got=input_shapes, needed=needed)
        return (*first[:-1], sum(shape[-1] for shape in input_shapes))

    def parameter_shapes(self, *input_shapes: Shape) -> tuple[ParameterShape, ...]:
        """There are none."""
        del input_shapes
        return ()

    def flops_per_row(self, *input_shapes: Shape) -> int:
        """One for each value of each input."""
        return sum(map(math.prod, input_shapes))

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward each input goes to its part of y; backward each error comes from its part of dy."""
        stops = [0, *accumulate(shape[-1] for shape in buffers.input_shapes)]

        def parts(array: Array) -> list[Array]:
            return [array[start:stop] for start, stop in pairwise(stops)]

        xs, ys, dys = inputs_of(buffers), parts(buffers.y_values), parts(buffers.dy)
        forward: Calls = [partial(np.copyto, y, x) for x, y in zip(xs, ys, strict=True)]
        backward: Calls = [
            partial(np.copyto, dx, dy) for dx, dy in zip(buffers.dxs, dys, strict=True) if dx is not None
        ]
        return Bound(forward, backward)
