"""An activation function as a layer of its own."""

from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations import ACTIVATIONS, Function, Linear, activation
from neural.engine.arrays import Array, Calls
from neural.engine.layouts import columns_view
from neural.fields import choice
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse


@dataclass(frozen=True, kw_only=True)
class Activation(Layer):
    """y = f(x)."""

    key: ClassVar[str] = "activation"
    summary: ClassVar[str] = "An activation function as a layer of its own."
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    function: str | Function = choice(None, lambda: ACTIVATIONS, summary="The function.")

    def __post_init__(self) -> None:
        activation(self.function)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = f(x); backward dx = dy·f'(x)."""
        function = activation(self.function)
        x, y = columns_view(buffers.x_values), columns_view(buffers.y_values)
        dy = columns_view(buffers.dy)
        z = y if function.from_output else x

        def scratch(label: str) -> Array:
            return buffers.scratch(label, y.shape)

        enter: Calls = [partial(np.copyto, y, x)] if z is y else []
        leave: Calls = [] if buffers.dx is None else [partial(np.copyto, buffers.dx, buffers.dy)]
        return Bound(
            [*enter, *function.forward(z, y, scratch)],
            [*function.backward(z, y, dy, scratch), *leave],
        )

    def output_function(self) -> Function:
        """Return the output function f."""
        return activation(self.function)

    def without_output_function(self) -> "Activation":
        """Return the same layer with f(x) = x."""
        return replace(self, function=Linear())
