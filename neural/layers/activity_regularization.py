"""A penalty on the values between two layers."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls
from neural.fields import check, real
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.regularizers import L1L2, Regularizer, regularizer


@dataclass(frozen=True, kw_only=True)
class ActivityRegularization(Layer):
    """y = x; the loss grows by l1·Σ|x| + l2·Σx², a mean over the rows of a batch, as Keras' layer of this name."""

    key: ClassVar[str] = "activity_regularization"
    summary: ClassVar[str] = (
        "Gives what it gets, and adds a penalty on it to the loss, so that it stays small or sparse."
    )
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    l1: float = real(0.0, minimum=0, summary="Factor of the sum of absolute values.")
    l2: float = real(0.0, minimum=0, summary="Factor of the sum of squares.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def penalty_on_outputs(self) -> Regularizer:
        """Return the penalty, if there is one."""
        return L1L2(l1=self.l1, l2=self.l2) if self.l1 or self.l2 else regularizer("none")

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Copy both ways; the network adds the penalty."""
        back: Calls = [] if buffers.dx is None else [partial(np.copyto, buffers.dx, buffers.dy)]
        return Bound([partial(np.copyto, buffers.y_values, buffers.x_values)], back)
