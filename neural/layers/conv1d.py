"""The one-dimensional convolution, over time."""

from dataclasses import dataclass, replace
from typing import ClassVar

from neural.activations import ACTIVATIONS, Function, Linear, activation
from neural.errors import ShapeError
from neural.fields import check, choice, flag, integer
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.base import Bound, Layer, ParameterShape, Place, Shape
from neural.layers.convolution import bind_convolution
from neural.layers.windows import Windows

PADDINGS = {"valid": None, "same": None, "causal": None}


@dataclass(frozen=True, kw_only=True)
class Conv1D(Layer):
    """y[t] = f(Σ_a K[a]ᵀ·x[t·s + a·d] + bias) with a kernel K of shape (size, features, filters).

    Causal padding lets y[t] see x[0 … t·s] only. Source: Waibel et al. 1989.
    """

    key: ClassVar[str] = "conv1d"
    summary: ClassVar[str] = "One-dimensional convolution: the same small kernel at every time step of a sequence."
    aliases: ClassVar[tuple[str, ...]] = ("conv_1d", "convolution1d")

    filters: int = integer(minimum=1, summary="Number of kernels, so of output features.")
    kernel_size: int = integer(3, minimum=1, summary="Time steps that a kernel sees.")
    strides: int = integer(1, minimum=1, summary="Steps from window to window.")
    padding: str = choice("valid", lambda: PADDINGS, summary="valid: inside; same: zeros around; causal: zeros before.")
    dilation: int = integer(1, minimum=1, summary="Spacing of the values of a window.")
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
        """Return (time, filters)."""
        if len(input_shape) != 2:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="a sequence, (time, features)")
        windows = self._windows(input_shape)
        windows.check(self.name, input_shape)
        return (windows.count[1], self.filters)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, then bias."""
        kernel = ParameterShape("kernel", (self.kernel_size, input_shape[-1], self.filters), self.initializer)
        bias = ParameterShape("bias", (self.filters,), self.bias_initializer)
        return (kernel, bias) if self.use_bias else (kernel,)

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight at each time step of the output."""
        weights = self.kernel_size * input_shape[-1] + self.use_bias
        return 2 * weights * self.filters * self.output_shape(input_shape)[0]

    def bind(self, place: Place) -> Bound:
        """Bind windows as columns of an image that is one row high; see `convolution`."""
        windows = self._windows(place.input_shape)
        return bind_convolution(place, windows, activation(self.activation), use_bias=self.use_bias)

    def output_function(self) -> Function:
        """Return f."""
        return activation(self.activation)

    def without_output_function(self) -> "Conv1D":
        """Return the same layer with f(z) = z."""
        return replace(self, activation=Linear())

    def _windows(self, shape: Shape) -> Windows:
        return Windows((1, shape[0]), (1, self.kernel_size), (1, self.strides), (1, self.dilation), self.padding)  # type: ignore[arg-type]
