"""The two-dimensional convolution in which no channel sees another."""

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np

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
class DepthwiseConv2D(Layer):
    """y[i, j, c·m + k] = f(Σ_{a,b} K[a, b, c, k]·x[i·s + a·d, j·s + b·d, c] + bias) for m kernels of each channel c.

    A kernel K of shape (height, width, channels, multiplier) and a bias of shape (channels · multiplier,), as in Keras.
    Source: Sifre 2014, Howard et al. 2017.
    """

    key: ClassVar[str] = "depthwise_conv2d"
    summary: ClassVar[str] = "Two-dimensional convolution of each channel by itself, with kernels of its own."
    aliases: ClassVar[tuple[str, ...]] = ("depthwise_conv_2d", "depthwise_convolution2d")

    kernel_size: int | tuple[int, int] = sizes(3, axes=2, minimum=1, summary="Height and width of the kernels.")
    strides: int | tuple[int, int] = sizes(1, axes=2, minimum=1, summary="Steps from window to window.")
    padding: str = choice("valid", lambda: PADDINGS, summary="valid: windows stay inside; same: zeros around.")
    depth_multiplier: int = integer(1, minimum=1, summary="Kernels, so output channels, of each channel.")
    dilation: int | tuple[int, int] = sizes(1, axes=2, minimum=1, summary="Spacing of the values of a window.")
    activation: str | Function = choice("linear", lambda: ACTIVATIONS, summary="Function applied to the outputs.")
    initializer: str | Initializer = choice("glorot_uniform", lambda: INITIALIZERS, summary="How the kernels start.")
    use_bias: bool = flag(default=True, summary="Whether a bias is added.")
    bias_initializer: str | Initializer = choice("zeros", lambda: INITIALIZERS, summary="How the bias starts.")

    def __post_init__(self) -> None:
        check(self)
        activation(self.activation)
        initializer(self.initializer)
        initializer(self.bias_initializer)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (height, width, channels · multiplier)."""
        if len(input_shape) != 3:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="an image, (height, width, channels)")
        windows = self._windows(input_shape)
        windows.check(self.name, input_shape)
        return (*windows.count, input_shape[-1] * self.depth_multiplier)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, then bias."""
        shape = (*per_axis(self.kernel_size), input_shape[-1], self.depth_multiplier)
        kernel = ParameterShape("kernel", shape, self.initializer)
        bias = ParameterShape("bias", (input_shape[-1] * self.depth_multiplier,), self.bias_initializer)
        return (kernel, bias) if self.use_bias else (kernel,)

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight of a kernel at each place of the output."""
        return 2 * (math.prod(per_axis(self.kernel_size)) + self.use_bias) * math.prod(self.output_shape(input_shape))

    def bind(self, place: Place) -> Bound:
        """Forward z = depthwise(x) + b, y = f(z); backward dz = dy·f'(z), db = Σ dz; the rest see `depthwise`."""
        function = activation(self.activation)
        channels = place.input_shape[-1]
        y, dy = columns_view(place.y_values), columns_view(place.dy)
        z = y if function.from_output else place.scratch("z", y.shape)
        kernels = (-1, channels, self.depth_multiplier)
        weights = math.prod(per_axis(self.kernel_size)) * len(y)
        kernel, dkernel = (flat[:weights].reshape(kernels) for flat in (place.parameters, place.gradients))
        windows = self._windows(place.input_shape)
        ways = bind_depthwise(place, windows, kernel=kernel, dkernel=dkernel, z=z, dz=dy)

        def scratch(label: str) -> Array:
            return place.scratch(label, y.shape)

        bias, dbias = place.parameters[weights:], place.gradients[weights:]
        shift: Calls = [partial(np.add, z, bias[:, None], z)] if self.use_bias else []
        shifted: Calls = [partial(np.add.reduce, dy, 1, None, dbias)] if self.use_bias else []
        forward = [*ways.forward, *shift, *function.forward(z, y, scratch)]
        return Bound(forward, [*function.backward(z, y, dy, scratch), *shifted, *ways.backward])

    def output_function(self) -> Function:
        """Return f."""
        return activation(self.activation)

    def without_output_function(self) -> "DepthwiseConv2D":
        """Return the same layer with f(z) = z."""
        return replace(self, activation=Linear())

    def _windows(self, shape: Shape) -> Windows:
        size, strides, dilation = (per_axis(each) for each in (self.kernel_size, self.strides, self.dilation))
        return Windows(shape[:2], size, strides, dilation, self.padding)  # type: ignore[arg-type]
