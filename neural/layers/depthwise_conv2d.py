"""The two-dimensional convolution in which no channel sees another."""

import math
from dataclasses import dataclass
from typing import ClassVar

from neural.activations import activation
from neural.fields import choice, integer, per_axis
from neural.initializers import INITIALIZERS, Initializer
from neural.layers.shared.base import Bound, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.convolutions.image_convolution import ImageConvolution
from neural.layers.shared.convolutions.within_channels import bind_within_channels
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.restraints import OfKernel
from neural.layers.shared.time_distributed import AtEachStep


@dataclass(frozen=True, kw_only=True)
class DepthwiseConv2D(AtEachStep, OfKernel, ImageConvolution):
    """y[i, j, c·m + k] = f(Σ_{a,b} K[a, b, c, k]·x[i·s + a·d, j·s + b·d, c] + bias) for m kernels of each channel c.

    A kernel K of shape (height, width, channels, multiplier) and a bias of shape (channels · multiplier,), as in Keras.
    Source: Sifre 2014, Howard et al. 2017.
    """

    key: ClassVar[str] = "depthwise_conv2d"
    summary: ClassVar[str] = "Two-dimensional convolution of each channel by itself, with kernels of its own."
    aliases: ClassVar[tuple[str, ...]] = ("depthwise_conv_2d", "depthwise_convolution2d")
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    depth_multiplier: int = integer(1, minimum=1, summary="Kernels, so output channels, of each channel.", order=2)
    initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How the kernels start.", order=5
    )

    def channels(self, input_shape: Shape) -> int:
        """One for each kernel of each channel."""
        return input_shape[-1] * self.depth_multiplier

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, then bias."""
        shape = (*per_axis(self.kernel_size), input_shape[-1], self.depth_multiplier)
        kernel = ParameterShape("kernel", shape, self.initializer)
        return (kernel, *self.bias(input_shape[-1] * self.depth_multiplier))

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight of a kernel at each place of the output."""
        return 2 * (math.prod(per_axis(self.kernel_size)) + self.use_bias) * math.prod(self.output_shape(input_shape))

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind windows within channels; see `within_channels`."""
        windows, function = self.windows(buffers.input_shape), activation(self.activation)
        return bind_within_channels(
            buffers, windows, function, multiplier=self.depth_multiplier, use_bias=self.use_bias
        )
