"""The layer that masks time steps or places without values, so that recurrent layers and means skip them."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls, scalar
from neural.errors import ShapeError
from neural.fields import check, real
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse


@dataclass(frozen=True, kw_only=True)
class Masking(Layer):
    """m[t] = 1 where any feature differs from `mask_value`, else 0; y = x·m, dx = dy·m. As Keras' layer of this name.

    Steps with m[t] = 0, of an image places, are masked for the layers behind and for the loss.
    """

    key: ClassVar[str] = "masking"
    summary: ClassVar[str] = "Masks the time steps whose features all have one value: padding of series."
    mask_use: ClassVar[MaskUse] = MaskUse.MAKES

    mask_value: float = real(0.0, summary="What all features of a masked step are.")

    def __post_init__(self) -> None:
        check(self)

    @property
    def makes_mask(self) -> bool:
        """Tell which steps have values."""
        return True

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        if len(input_shape) == 1:
            needed = "a sequence, (time, features), or an image, (height, width, channels)"
            raise ShapeError(f"layer {self.name}", got=input_shape, needed=needed)
        return input_shape

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = x, zeros where the mask is; backward the same."""
        x, y = buffers.x_values, buffers.y_values
        differs, counts, skipped = np.zeros(y.shape, bool), np.zeros(y.shape[1:], bool), np.zeros(y.shape[1:], bool)
        forward: Calls = [
            partial(np.not_equal, x, scalar(self.mask_value, y.dtype), differs),
            partial(np.logical_or.reduce, differs, 0, None, counts),
            partial(np.logical_not, counts, skipped),
            partial(np.copyto, y, x),
            partial(np.copyto, y, 0, where=skipped),  # a product would keep what is not finite
        ]
        if buffers.y_mask is not None:
            forward.append(partial(np.copyto, buffers.y_mask, counts))
        if buffers.dx is None:
            return Bound(forward, [])
        return Bound(
            forward, [partial(np.copyto, buffers.dx, buffers.dy), partial(np.copyto, buffers.dx, 0, where=skipped)]
        )
