"""The difference of two values."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.merging import Merging, inputs_of


@dataclass(frozen=True, kw_only=True)
class Subtract(Merging):
    """y = x₁ - x₂, dx₁ = dy, dx₂ = -dy."""

    key: ClassVar[str] = "subtract"
    summary: ClassVar[str] = "First input minus the second, value by value."
    maximum_inputs: ClassVar[int | None] = 2

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Subtract; backward the second input gets the error with the other sign."""
        first, second = inputs_of(buffers)
        d_first, d_second = buffers.dxs
        backward: Calls = [] if d_first is None else [partial(np.copyto, d_first, buffers.dy)]
        backward += [] if d_second is None else [partial(np.negative, buffers.dy, d_second)]
        return Bound([partial(np.subtract, first, second, buffers.y_values)], backward)
