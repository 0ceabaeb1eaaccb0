"""The two-dimensional convolution."""

import math
from dataclasses import dataclass, replace
from typing import ClassVar

from neural.activations import ACTIVATIONS, Function, Linear, activation
from neural.errors import ShapeError
from neural.fields import check, choice, flag, integer, per_axis, sizes
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.base import Bound, Layer, ParameterShape, Place, Shape
from neural.layers.convolution import bind_convolution
from neural.layers.windows import Windows

PADDINGS = {"valid": None, "same": None}


@dataclass(frozen=True, kw_only=True)
class Conv2D(Layer):
    """y[i, j] = f(Σ_{a,b} K[a, b]ᵀ·x[i·s + a·d, j·s + b·d] + bias) for strides s and dilation d.

    A kernel K of shape (height, width, channels, filters) and a bias of shape (filters,), as in Keras; this is the
    cross-correlation that all frameworks call convolution. Source: LeCun et al. 1989.
    """

    key: ClassVar[str] = "conv2d"
    summary: ClassVar[str] = "Two-dimensional convolution: the same small kernel at every place of an image."
    aliases: ClassVar[tuple[str, ...]] = ("conv_2d", "convolution2d")

    filters: int = integer(minimum=1, summary="Number of kernels, so of output channels.")
    kernel_size: int | tuple[int, int] = sizes(3, axes=2, minimum=1, summary="Height and width of the kernels.")
    strides: int | tuple[int, int] = sizes(1, axes=2, minimum=1, summary="Steps from window to window.")
    padding: str = choice("valid", lambda: PADDINGS, summary="valid: windows stay inside; same: zeros around.")
    dilation: int | tuple[int, int] = sizes(1, axes=2, minimum=1, summary="Spacing of the values of a window.")
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
        """Return (height, width, filters)."""
        if len(input_shape) != 3:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="an image, (height, width, channels)")
        windows = self._windows(input_shape)
        windows.check(self.name, input_shape)
        return (*windows.count, self.filters)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, then bias."""
        size = per_axis(self.kernel_size)
        kernel = ParameterShape("kernel", (*size, input_shape[-1], self.filters), self.initializer)
        bias = ParameterShape("bias", (self.filters,), self.bias_initializer)
        return (kernel, bias) if self.use_bias else (kernel,)

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight at each place of the output."""
        weights = math.prod(per_axis(self.kernel_size)) * input_shape[-1] + self.use_bias
        return 2 * weights * math.prod(self.output_shape(input_shape))

    def bind(self, place: Place) -> Bound:
        """Bind windows as columns; see `convolution`."""
        windows = self._windows(place.input_shape)
        return bind_convolution(place, windows, activation(self.activation), use_bias=self.use_bias)

    def output_function(self) -> Function:
        """Return f."""
        return activation(self.activation)

    def without_output_function(self) -> "Conv2D":
        """Return the same layer with f(z) = z."""
        return replace(self, activation=Linear())

    def _windows(self, shape: Shape) -> Windows:
        size, strides, dilation = (per_axis(each) for each in (self.kernel_size, self.strides, self.dilation))
        return Windows(shape[:2], size, strides, dilation, self.padding)  # type: ignore[arg-type]
