"""The fully connected layer."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from neural.activations import activation
from neural.engine.arrays import Array, Calls
from neural.engine.layouts import columns_view
from neural.fields import choice, integer
from neural.initializers import INITIALIZERS, Initializer
from neural.layers.shared.affine import Affine
from neural.layers.shared.base import Bound, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.restraints import OfKernel


@dataclass(frozen=True, kw_only=True)
class Dense(OfKernel, Affine):
    """y = f(Wᵀx + b) with a kernel W of shape (inputs, units) and a bias b of shape (units,).

    The bias is the last row of the kernel's array: `[W; b]ᵀ[x; 1] = Wᵀx + b`, so one product does both.
    """

    key: ClassVar[str] = "dense"
    summary: ClassVar[str] = "Fully connected layer: y = f(W'x + b)."
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    units: int = integer(minimum=1, summary="Number of outputs.")
    initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How the kernel starts.", order=5
    )

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape with `units` on the last axis, as Keras does."""
        return (*input_shape[:-1], self.units)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, then bias."""
        kernel = ParameterShape("kernel", (input_shape[-1], self.units), self.initializer)
        return (kernel, *self.bias(self.units))

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight, at each time step or place."""
        return 2 * self.units * (input_shape[-1] + self.use_bias) * math.prod(input_shape[:-1])

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward z = Wᵀx, y = f(z); backward dz = dy·f'(z), dW = x·dzᵀ, dx = W·dz."""
        function = activation(self.activation)
        inputs = buffers.input_shape[-1]
        x = columns_view(buffers.x if self.use_bias else buffers.x_values)
        y, dy = columns_view(buffers.y_values), columns_view(buffers.dy)
        z = y if function.from_output else buffers.scratch("z", y.shape)
        W = buffers.parameters.reshape(-1, self.units)
        dW = buffers.gradients.reshape(-1, self.units)

        def scratch(label: str) -> Array:
            return buffers.scratch(label, y.shape)

        forward: Calls = [partial(W.T.dot, x, z), *function.forward(z, y, scratch)]
        backward: Calls = [*function.backward(z, y, dy, scratch), partial(x.dot, dy.T, dW)]
        if buffers.dx is not None:
            backward.append(partial(W[:inputs].dot, dy, columns_view(buffers.dx)))
        return Bound(forward, backward)
