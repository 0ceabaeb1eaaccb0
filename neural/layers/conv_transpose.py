"""Transposed convolutions, over time and over images: decoders' way back to more steps or a larger image."""

import math
from dataclasses import dataclass
from typing import ClassVar

from neural.activations import activation
from neural.fields import choice, integer, per_axis, sizes
from neural.initializers import INITIALIZERS, Initializer
from neural.layers.shared.affine import Affine
from neural.layers.shared.base import Bound, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.convolutions.transposed import bind_transposed, check_added, transposed_windows
from neural.layers.shared.convolutions.windows import PADDINGS, Windows
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.ranks import check_rank
from neural.layers.shared.restraints import OfKernel
from neural.layers.shared.time_distributed import AtEachStep


@dataclass(frozen=True, kw_only=True)
class Conv1DTranspose(AtEachStep, OfKernel, Affine):
    """y[t·s + a·d] += K[a]·x[t] for every step t, then f(y + bias), with a kernel K of shape (size, filters, features).

    As Keras' layer of this name: n steps become n·s (same), or n·s + max(e - s, 0) for windows that span e (valid).
    """

    key: ClassVar[str] = "conv1d_transpose"
    summary: ClassVar[str] = "Transposed convolution over time: every step writes a window of a longer sequence."
    aliases: ClassVar[tuple[str, ...]] = ("conv_1d_transpose", "convolution1d_transpose")
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    filters: int = integer(minimum=1, summary="Number of output features.")
    kernel_size: int = integer(3, minimum=1, summary="Time steps that a step writes to.", order=1)
    strides: int = integer(1, minimum=1, summary="Steps from window to window.", order=1)
    padding: str = choice("valid", lambda: PADDINGS, summary="valid: all that is written; same: n·strides.", order=1)
    output_padding: int = integer(
        -1, minimum=-1, summary="Steps that are added at the end; -1: as many as `padding` says.", order=3
    )
    dilation: int = integer(1, minimum=1, summary="Spacing of the values of a window.", order=3)
    initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How the kernel starts.", order=5
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        check_added(self.key, self.output_padding, self.strides)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (time, filters)."""
        check_rank(self.name, input_shape, 2)
        return (self._windows(input_shape).shape[1], self.filters)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, then bias."""
        kernel = ParameterShape("kernel", (self.kernel_size, self.filters, input_shape[-1]), self.initializer)
        return (kernel, *self.bias(self.filters))

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight at each step of the input."""
        return 2 * self.kernel_size * self.filters * math.prod(input_shape)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind as an image that is one row high; see `transposed`."""
        windows = self._windows(buffers.input_shape)
        return bind_transposed(buffers, windows, activation(self.activation), use_bias=self.use_bias)

    def _windows(self, shape: Shape) -> Windows:
        size, strides, dilation = (1, self.kernel_size), (1, self.strides), (1, self.dilation)
        places = (1, shape[0])
        windows = Windows(places, size, strides, dilation, self.padding)  # type: ignore[arg-type]
        return transposed_windows(self.name, windows, (-1, self.output_padding))


@dataclass(frozen=True, kw_only=True)
class Conv2DTranspose(AtEachStep, OfKernel, Affine):
    """y[i·s + a·d, j·s + b·d] += K[a, b]·x[i, j] for every place, then f(y + bias).

    A kernel K of shape (height, width, filters, channels), as Keras' layer of this name; sizes as of Conv1DTranspose.
    """

    key: ClassVar[str] = "conv2d_transpose"
    summary: ClassVar[str] = "Transposed convolution: every place writes a window of a larger image."
    aliases: ClassVar[tuple[str, ...]] = ("conv_2d_transpose", "convolution2d_transpose", "deconvolution2d")
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    filters: int = integer(minimum=1, summary="Number of output channels.")
    kernel_size: int | tuple[int, int] = sizes(
        3, axes=2, minimum=1, summary="Height and width of what a place writes to.", order=1
    )
    strides: int | tuple[int, int] = sizes(1, axes=2, minimum=1, summary="Steps from window to window.", order=1)
    padding: str = choice("valid", lambda: PADDINGS, summary="valid: all that is written; same: n·strides.", order=1)
    output_padding: int | tuple[int, int] = sizes(
        -1, axes=2, minimum=-1, summary="Rows and columns added at the end; -1: as many as `padding` says.", order=3
    )
    dilation: int | tuple[int, int] = sizes(1, axes=2, minimum=1, summary="Spacing of the values of a window.", order=3)
    initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How the kernel starts.", order=5
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        check_added(self.key, self.output_padding, self.strides)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (height, width, filters)."""
        check_rank(self.name, input_shape, 3)
        return (*self._windows(input_shape).shape, self.filters)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, then bias."""
        size = per_axis(self.kernel_size)
        kernel = ParameterShape("kernel", (*size, self.filters, input_shape[-1]), self.initializer)
        return (kernel, *self.bias(self.filters))

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight at each place of the input."""
        return 2 * math.prod(per_axis(self.kernel_size)) * self.filters * math.prod(input_shape)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind windows over the output; see `transposed`."""
        windows = self._windows(buffers.input_shape)
        return bind_transposed(buffers, windows, activation(self.activation), use_bias=self.use_bias)

    def _windows(self, shape: Shape) -> Windows:
        size, strides, dilation = (per_axis(each) for each in (self.kernel_size, self.strides, self.dilation))
        windows = Windows(shape[:2], size, strides, dilation, self.padding)  # type: ignore[arg-type]
        return transposed_windows(self.name, windows, per_axis(self.output_padding))  # type: ignore[arg-type]
