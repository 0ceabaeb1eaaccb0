"""The sum of several values, which makes residual blocks."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.merging import Merging, copied_back, inputs_of


@dataclass(frozen=True, kw_only=True)
class Add(Merging):
    """y = x₁ + x₂ + …, dxᵢ = dy. Source of the residual block y = x + f(x): He et al. 2016."""

    key: ClassVar[str] = "add"
    summary: ClassVar[str] = "Sum of its inputs: with an input from further back, a residual block."

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = Σ xᵢ; backward each dxᵢ = dy."""
        y = buffers.y_values
        first, second, *others = inputs_of(buffers)
        forward: Calls = [partial(np.add, first, second, y), *(partial(np.add, y, x, y) for x in others)]
        return Bound(forward, copied_back(buffers))
