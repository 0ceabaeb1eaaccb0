"""A vector at every step of a sequence, as decoders read it."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls
from neural.fields import check, integer
from neural.layers.shared.base import Bound, Layer, LayerBuffers, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.ranks import check_rank


@dataclass(frozen=True, kw_only=True)
class RepeatVector(Layer):
    """y[t] = x for each of n steps; dx = Σ dy[t]. Source of the decoder that reads it: Cho et al. 2014."""

    key: ClassVar[str] = "repeat_vector"
    summary: ClassVar[str] = "Repeats a vector at every time step of a sequence."
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS

    n: int = integer(minimum=1, summary="Number of time steps.")

    def __post_init__(self) -> None:
        check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (n, features)."""
        check_rank(self.name, input_shape, 1)
        return (self.n, *input_shape)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward each step is a copy; backward the steps' errors are added."""
        forward: Calls = [partial(np.copyto, buffers.y_values, buffers.x_values[:, None])]
        if buffers.dx is None:
            return Bound(forward, [])
        return Bound(forward, [partial(np.add.reduce, buffers.dy, 1, None, buffers.dx)])
