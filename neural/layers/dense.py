"""The fully connected layer."""

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from neural.activations import ACTIVATIONS, Function, Linear, activation
from neural.arrays import Array, Calls
from neural.fields import check, choice, flag, integer
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.base import Bound, Layer, ParameterShape, Place, Shape
from neural.layouts import columns_view


@dataclass(frozen=True, kw_only=True)
class Dense(Layer):
    """y = f(Wᵀx + b) with a kernel W of shape (inputs, units) and a bias b of shape (units,).

    The bias is the last row of the kernel's array: `[W; b]ᵀ[x; 1] = Wᵀx + b`, so one product does both.
    """

    key: ClassVar[str] = "dense"
    summary: ClassVar[str] = "Fully connected layer: y = f(W'x + b)."

    units: int = integer(minimum=1, summary="Number of outputs.")
    activation: str | Function = choice("linear", lambda: ACTIVATIONS, summary="Function applied to the outputs.")
    initializer: str | Initializer = choice("glorot_uniform", lambda: INITIALIZERS, summary="How the kernel starts.")
    use_bias: bool = flag(default=True, summary="Whether a bias is added.")
    bias_initializer: str | Initializer = choice("zeros", lambda: INITIALIZERS, summary="How the bias starts.")

    def __post_init__(self) -> None:
        check(self)
        activation(self.activation)
        initializer(self.initializer)
        initializer(self.bias_initializer)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape with `units` on the last axis, as Keras does."""
        return (*input_shape[:-1], self.units)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, then bias."""
        kernel = ParameterShape("kernel", (input_shape[-1], self.units), self.initializer)
        bias = ParameterShape("bias", (self.units,), self.bias_initializer)
        return (kernel, bias) if self.use_bias else (kernel,)

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight, at each time step or place."""
        return 2 * self.units * (input_shape[-1] + self.use_bias) * math.prod(input_shape[:-1])

    def bind(self, place: Place) -> Bound:
        """Forward z = Wᵀx, y = f(z); backward dz = dy·f'(z), dW = x·dzᵀ, dx = W·dz."""
        function = activation(self.activation)
        inputs = place.input_shape[-1]
        x = columns_view(place.x if self.use_bias else place.x_values)
        y, dy = columns_view(place.y_values), columns_view(place.dy)
        z = y if function.from_output else place.scratch("z", y.shape)
        W = place.parameters.reshape(-1, self.units)
        dW = place.gradients.reshape(-1, self.units)

        def scratch(label: str) -> Array:
            return place.scratch(label, y.shape)

        forward: Calls = [partial(W.T.dot, x, z), *function.forward(z, y, scratch)]
        backward: Calls = [*function.backward(z, y, dy, scratch), partial(x.dot, dy.T, dW)]
        if place.dx is not None:
            backward.append(partial(W[:inputs].dot, dy, columns_view(place.dx)))
        return Bound(forward, backward)

    def output_function(self) -> Function:
        """Return f."""
        return activation(self.activation)

    def without_output_function(self) -> "Dense":
        """Return the same layer with f(z) = z."""
        return replace(self, activation=Linear())
