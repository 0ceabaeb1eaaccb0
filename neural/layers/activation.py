"""An activation function as a layer of its own."""

from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np

from neural.activations import ACTIVATIONS, Function, Linear, activation
from neural.arrays import Array, Calls
from neural.fields import choice
from neural.layers.base import Bound, Layer, Place, Shape
from neural.layouts import columns_view


@dataclass(frozen=True, kw_only=True)
class Activation(Layer):
    """y = f(x)."""

    key: ClassVar[str] = "activation"
    summary: ClassVar[str] = "An activation function as a layer of its own."

    function: str | Function = choice(None, lambda: ACTIVATIONS, summary="The function.")

    def __post_init__(self) -> None:
        activation(self.function)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def bind(self, place: Place) -> Bound:
        """Forward y = f(x); backward dx = dy·f'(x)."""
        function = activation(self.function)
        x, y = columns_view(place.x_values), columns_view(place.y_values)
        dy = columns_view(place.dy)
        z = y if function.from_output else x

        def scratch(label: str) -> Array:
            return place.scratch(label, y.shape)

        enter: Calls = [partial(np.copyto, y, x)] if z is y else []
        leave: Calls = [] if place.dx is None else [partial(np.copyto, place.dx, place.dy)]
        return Bound(
            [*enter, *function.forward(z, y, scratch)],
            [*function.backward(z, y, dy, scratch), *leave],
        )

    def output_function(self) -> Function:
        """Return f."""
        return activation(self.function)

    def without_output_function(self) -> "Activation":
        """Return the same layer with f(x) = x."""
        return replace(self, function=Linear())
