"""The base of layers that convolve images: size, strides, padding and dilation of the windows under their kernels."""

from abc import abstractmethod
from dataclasses import dataclass

from neural.errors import ShapeError
from neural.fields import choice, per_axis, sizes
from neural.layers.shared.affine import Affine
from neural.layers.shared.base import Shape
from neural.layers.shared.convolutions.windows import PADDINGS, Windows


@dataclass(frozen=True, kw_only=True)
class ImageConvolution(Affine):
    """A layer that multiplies windows of an image by kernels."""

    kernel_size: int | tuple[int, int] = sizes(
        3, axes=2, minimum=1, summary="Height and width of the kernels.", order=1
    )
    strides: int | tuple[int, int] = sizes(1, axes=2, minimum=1, summary="Steps from window to window.", order=1)
    padding: str = choice("valid", lambda: PADDINGS, summary="valid: windows stay inside; same: zeros around.", order=1)
    dilation: int | tuple[int, int] = sizes(1, axes=2, minimum=1, summary="Spacing of the values of a window.", order=3)

    @abstractmethod
    def channels(self, input_shape: Shape) -> int:
        """Return the number of output channels."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (height, width, channels)."""
        if len(input_shape) != 3:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="an image, (height, width, channels)")
        windows = self.windows(input_shape)
        windows.check(self.name, input_shape)
        return (*windows.count, self.channels(input_shape))

    def windows(self, shape: Shape) -> Windows:
        """Lay the windows over an image."""
        size, strides, dilation = (per_axis(each) for each in (self.kernel_size, self.strides, self.dilation))
        return Windows(shape[:2], size, strides, dilation, self.padding)  # type: ignore[arg-type]
