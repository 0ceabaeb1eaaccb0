"""The base of layers that convolve sequences channel by channel: size, strides, padding and dilation of the windows."""

from abc import abstractmethod
from dataclasses import dataclass

from neural.fields import choice, integer
from neural.layers.shared.affine import Affine
from neural.layers.shared.base import Shape
from neural.layers.shared.convolutions.windows import PADDINGS, Windows
from neural.layers.shared.ranks import check_rank


@dataclass(frozen=True, kw_only=True)
class SequenceConvolution(Affine):
    """A layer that multiplies windows of a sequence by kernels."""

    kernel_size: int = integer(3, minimum=1, summary="Time steps that a kernel sees.", order=1)
    strides: int = integer(1, minimum=1, summary="Steps from window to window.", order=1)
    padding: str = choice("valid", lambda: PADDINGS, summary="valid: windows stay inside; same: zeros around.", order=1)
    dilation: int = integer(1, minimum=1, summary="Spacing of the values of a window.", order=3)

    @abstractmethod
    def channels(self, input_shape: Shape) -> int:
        """Return the number of output features."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (time, features)."""
        check_rank(self.name, input_shape, 2)
        windows = self.windows(input_shape)
        windows.check(self.name, input_shape)
        return (windows.count[1], self.channels(input_shape))

    def windows(self, shape: Shape) -> Windows:
        """Lay the windows over a sequence, as over an image that is one row high."""
        return Windows((1, shape[0]), (1, self.kernel_size), (1, self.strides), (1, self.dilation), self.padding)  # type: ignore[arg-type]
