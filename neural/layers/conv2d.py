"""The two-dimensional convolution."""

import math
from dataclasses import dataclass
from typing import ClassVar

from neural.activations import activation
from neural.fields import choice, integer, per_axis
from neural.initializers import INITIALIZERS, Initializer
from neural.layers.shared.base import Bound, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.convolutions.convolution import bind_convolution
from neural.layers.shared.convolutions.image_convolution import ImageConvolution
from neural.layers.shared.groups import check_channels, check_filters
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.restraints import OfKernel
from neural.layers.shared.time_distributed import AtEachStep


@dataclass(frozen=True, kw_only=True)
class Conv2D(AtEachStep, OfKernel, ImageConvolution):
    """y[i, j] = f(Σ_{a,b} K[a, b]ᵀ·x[i·s + a·d, j·s + b·d] + bias) for strides s and dilation d.

    A kernel K of shape (height, width, channels, filters) and a bias of shape (filters,), as in Keras; this is the
    cross-correlation that all frameworks call convolution. Source: LeCun et al. 1989.
    """

    key: ClassVar[str] = "conv2d"
    summary: ClassVar[str] = "Two-dimensional convolution: the same small kernel at every place of an image."
    aliases: ClassVar[tuple[str, ...]] = ("conv_2d", "convolution2d")
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    filters: int = integer(minimum=1, summary="Number of kernels, so of output channels.")
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
        """Return (height, width, filters)."""
        shape = super().output_shape(input_shape)
        check_channels(self.name, input_shape, self.groups)
        return shape

    def channels(self, input_shape: Shape) -> int:
        """One for each kernel."""
        del input_shape
        return self.filters

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, then bias."""
        size = per_axis(self.kernel_size)
        kernel = ParameterShape("kernel", (*size, input_shape[-1] // self.groups, self.filters), self.initializer)
        return (kernel, *self.bias(self.filters))

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight at each place of the output."""
        weights = math.prod(per_axis(self.kernel_size)) * input_shape[-1] // self.groups + self.use_bias
        return 2 * weights * math.prod(self.output_shape(input_shape))

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind windows as columns; see `convolution`."""
        windows = self.windows(buffers.input_shape)
        return bind_convolution(
            buffers, windows, activation(self.activation), use_bias=self.use_bias, groups=self.groups
        )
