"""The two-dimensional convolution in two steps: over places within each channel, then over channels at each place."""

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from neural.activations import ACTIVATIONS, Function, Linear, activation
from neural.arrays import Array, Calls
from neural.errors import ShapeError
from neural.fields import check, choice, flag, integer, per_axis, sizes
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.base import Bound, Layer, ParameterShape, Place, Shape
from neural.layers.conv2d import PADDINGS
from neural.layers.depthwise import bind_depthwise
from neural.layers.windows import Windows
from neural.layouts import columns_view


@dataclass(frozen=True, kw_only=True)
class SeparableConv2D(Layer):
    """y = f(Pᵀ·h + bias) with h[i, j, c·m + k] = Σ_{a,b} D[a, b, c, k]·x[i·s + a·d, j·s + b·d, c].

    Kernels D of shape (height, width, channels, multiplier) and P of shape (1, 1, channels · multiplier, filters), and
    a bias of shape (filters,), as in Keras. Source: Chollet 2017.
    """

    key: ClassVar[str] = "separable_conv2d"
    summary: ClassVar[str] = "Two-dimensional convolution of each channel by itself, then a mixture of the channels."
    aliases: ClassVar[tuple[str, ...]] = ("separable_conv_2d", "separable_convolution2d")

    filters: int = integer(minimum=1, summary="Number of mixtures, so of output channels.")
    kernel_size: int | tuple[int, int] = sizes(3, axes=2, minimum=1, summary="Height and width of the kernels.")
    strides: int | tuple[int, int] = sizes(1, axes=2, minimum=1, summary="Steps from window to window.")
    padding: str = choice("valid", lambda: PADDINGS, summary="valid: windows stay inside; same: zeros around.")
    depth_multiplier: int = integer(1, minimum=1, summary="Kernels of each channel.")
    dilation: int | tuple[int, int] = sizes(1, axes=2, minimum=1, summary="Spacing of the values of a window.")
    activation: str | Function = choice("linear", lambda: ACTIVATIONS, summary="Function applied to the outputs.")
    depthwise_initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How the kernels of the channels start."
    )
    pointwise_initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How the mixtures start."
    )
    use_bias: bool = flag(default=True, summary="Whether a bias is added.")
    bias_initializer: str | Initializer = choice("zeros", lambda: INITIALIZERS, summary="How the bias starts.")

    def __post_init__(self) -> None:
        check(self)
        activation(self.activation)
        for start in (self.depthwise_initializer, self.pointwise_initializer, self.bias_initializer):
            initializer(start)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (height, width, filters)."""
        if len(input_shape) != 3:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="an image, (height, width, channels)")
        windows = self._windows(input_shape)
        windows.check(self.name, input_shape)
        return (*windows.count, self.filters)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """The channels' kernels, the mixtures, then the bias."""
        channels = input_shape[-1]
        depthwise = (*per_axis(self.kernel_size), channels, self.depth_multiplier)
        pointwise = (1, 1, channels * self.depth_multiplier, self.filters)
        kernels = (
            ParameterShape("depthwise_kernel", depthwise, self.depthwise_initializer),
            ParameterShape("pointwise_kernel", pointwise, self.pointwise_initializer),
        )
        bias = ParameterShape("bias", (self.filters,), self.bias_initializer)
        return (*kernels, bias) if self.use_bias else kernels

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight at each place of the output."""
        *places, filters = self.output_shape(input_shape)
        between = input_shape[-1] * self.depth_multiplier
        weights = between * (math.prod(per_axis(self.kernel_size)) + filters) + self.use_bias * filters
        return 2 * weights * math.prod(places)

    def bind(self, place: Place) -> Bound:
        """Forward h = depthwise(x), z = [P; b]ᵀ[h; 1], y = f(z); backward d[P; b] = [h; 1]·dzᵀ, dh = P·dz."""
        function = activation(self.activation)
        y, dy = columns_view(place.y_values), columns_view(place.dy)
        z = y if function.from_output else place.scratch("z", y.shape)
        channels, between = place.input_shape[-1], place.input_shape[-1] * self.depth_multiplier
        weights = math.prod(per_axis(self.kernel_size)) * between
        kernels = (-1, channels, self.depth_multiplier)
        kernel, dkernel = (flat[:weights].reshape(kernels) for flat in (place.parameters, place.gradients))
        P, dP = (flat[weights:].reshape(-1, self.filters) for flat in (place.parameters, place.gradients))
        hidden = place.scratch("hidden", (between + 1, y.shape[1]))
        hidden[between] = 1
        h, dh = hidden[:between], place.scratch("dhidden", (between, y.shape[1]))
        windows = self._windows(place.input_shape)
        ways = bind_depthwise(place, windows, kernel=kernel, dkernel=dkernel, z=h, dz=dh)

        def scratch(label: str) -> Array:
            return place.scratch(label, y.shape)

        seen = hidden if self.use_bias else h
        forward: Calls = [*ways.forward, partial(P.T.dot, seen, z), *function.forward(z, y, scratch)]
        backward: Calls = [*function.backward(z, y, dy, scratch), partial(seen.dot, dy.T, dP)]
        return Bound(forward, [*backward, partial(P[:between].dot, dy, dh), *ways.backward])

    def output_function(self) -> Function:
        """Return f."""
        return activation(self.activation)

    def without_output_function(self) -> "SeparableConv2D":
        """Return the same layer with f(z) = z."""
        return replace(self, activation=Linear())

    def _windows(self, shape: Shape) -> Windows:
        size, strides, dilation = (per_axis(each) for each in (self.kernel_size, self.strides, self.dilation))
        return Windows(shape[:2], size, strides, dilation, self.padding)  # type: ignore[arg-type]
