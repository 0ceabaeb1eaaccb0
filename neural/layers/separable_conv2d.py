"""The two-dimensional convolution in two steps: over places within each channel, then over channels at each place."""

import math
from dataclasses import dataclass
from typing import ClassVar

from neural.activations import activation
from neural.constraints import Constraint, constrained
from neural.fields import choice, integer, per_axis
from neural.initializers import INITIALIZERS, Initializer
from neural.layers.shared.base import Bound, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.convolutions.image_convolution import ImageConvolution
from neural.layers.shared.convolutions.within_channels import bind_separable
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.time_distributed import AtEachStep
from neural.regularizers import Regularizer, regularized


@dataclass(frozen=True, kw_only=True)
class SeparableConv2D(AtEachStep, ImageConvolution):
    """y = f(Pᵀ·h + bias) with h[i, j, c·m + k] = Σ_{a,b} D[a, b, c, k]·x[i·s + a·d, j·s + b·d, c].

    Kernels D of shape (height, width, channels, multiplier) and P of shape (1, 1, channels · multiplier, filters), and
    a bias of shape (filters,), as in Keras. Source: Chollet 2017.
    """

    key: ClassVar[str] = "separable_conv2d"
    summary: ClassVar[str] = "Two-dimensional convolution of each channel by itself, then a mixture of the channels."
    aliases: ClassVar[tuple[str, ...]] = ("separable_conv_2d", "separable_convolution2d")
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    filters: int = integer(minimum=1, summary="Number of mixtures, so of output channels.")
    depth_multiplier: int = integer(1, minimum=1, summary="Kernels of each channel.", order=2)
    depthwise_initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How the kernels of the channels start.", order=5
    )
    pointwise_initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How the mixtures start.", order=5
    )

    depthwise_regularizer: str | Regularizer = regularized("the kernels within channels")
    pointwise_regularizer: str | Regularizer = regularized("the mixture of channels")
    depthwise_constraint: str | Constraint = constrained("the kernels within channels")
    pointwise_constraint: str | Constraint = constrained("the mixture of channels")

    def channels(self, input_shape: Shape) -> int:
        """One for each mixture."""
        del input_shape
        return self.filters

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """The channels' kernels, the mixtures, then the bias."""
        channels = input_shape[-1]
        depthwise = (*per_axis(self.kernel_size), channels, self.depth_multiplier)
        pointwise = (1, 1, channels * self.depth_multiplier, self.filters)
        kernels = (
            ParameterShape("depthwise_kernel", depthwise, self.depthwise_initializer),
            ParameterShape("pointwise_kernel", pointwise, self.pointwise_initializer),
        )
        return (*kernels, *self.bias(self.filters))

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight at each place of the output."""
        *places, filters = self.output_shape(input_shape)
        between = input_shape[-1] * self.depth_multiplier
        weights = between * (math.prod(per_axis(self.kernel_size)) + filters) + self.use_bias * filters
        return 2 * weights * math.prod(places)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind windows within channels, then the mixture; see `within_channels`."""
        windows, function = self.windows(buffers.input_shape), activation(self.activation)
        return bind_separable(buffers, windows, function, multiplier=self.depth_multiplier, use_bias=self.use_bias)
