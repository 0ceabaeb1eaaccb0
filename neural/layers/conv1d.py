"""The one-dimensional convolution, over time."""

from dataclasses import dataclass
from typing import ClassVar

from neural.activations import activation
from neural.errors import ShapeError
from neural.fields import choice, integer
from neural.initializers import INITIALIZERS, Initializer
from neural.layers.shared.affine import Affine
from neural.layers.shared.base import Bound, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.convolutions.convolution import bind_convolution
from neural.layers.shared.convolutions.windows import Windows
from neural.layers.shared.groups import check_channels, check_filters
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.restraints import OfKernel
from neural.layers.shared.time_distributed import AtEachStep

PADDINGS = {"valid": None, "same": None, "causal": None}


@dataclass(frozen=True, kw_only=True)
class Conv1D(AtEachStep, OfKernel, Affine):
    """y[t] = f(Σ_a K[a]ᵀ·x[t·s + a·d] + bias) with a kernel K of shape (size, features, filters).

    Causal padding lets y[t] see x[0 … t·s] only. Source: Waibel et al. 1989.
    """

    key: ClassVar[str] = "conv1d"
    summary: ClassVar[str] = "One-dimensional convolution: the same small kernel at every time step of a sequence."
    aliases: ClassVar[tuple[str, ...]] = ("conv_1d", "convolution1d")
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    filters: int = integer(minimum=1, summary="Number of kernels, so of output features.")
    kernel_size: int = integer(3, minimum=1, summary="Time steps that a kernel sees.", order=1)
    strides: int = integer(1, minimum=1, summary="Steps from window to window.", order=1)
    padding: str = choice(
        "valid", lambda: PADDINGS, summary="valid: inside; same: zeros around; causal: zeros before.", order=1
    )
    dilation: int = integer(1, minimum=1, summary="Spacing of the values of a window.", order=3)
    groups: int = integer(
        1, minimum=1, summary="Parts of the channels and of the kernels that meet only each other.", order=3
    )
    initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How the kernel starts.", order=5
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        check_filters(self.key, self.filters, self.groups)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (time, filters)."""
        if len(input_shape) != 2:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="a sequence, (time, features)")
        windows = self._windows(input_shape)
        windows.check(self.name, input_shape)
        check_channels(self.name, input_shape, self.groups)
        return (windows.count[1], self.filters)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, then bias."""
        kernel = ParameterShape(
            "kernel", (self.kernel_size, input_shape[-1] // self.groups, self.filters), self.initializer
        )
        return (kernel, *self.bias(self.filters))

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight at each time step of the output."""
        weights = self.kernel_size * input_shape[-1] // self.groups + self.use_bias
        return 2 * weights * self.filters * self.output_shape(input_shape)[0]

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind windows as columns of an image that is one row high; see `convolution`."""
        windows = self._windows(buffers.input_shape)
        return bind_convolution(
            buffers, windows, activation(self.activation), use_bias=self.use_bias, groups=self.groups
        )

    def _windows(self, shape: Shape) -> Windows:
        return Windows((1, shape[0]), (1, self.kernel_size), (1, self.strides), (1, self.dilation), self.padding)  # type: ignore[arg-type]
