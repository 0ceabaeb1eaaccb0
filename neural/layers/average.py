"""The mean of several values."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls, scalar
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.merging import Merging, inputs_of


@dataclass(frozen=True, kw_only=True)
class Average(Merging):
    """y = (x₁ + … + xₙ) / n, dxᵢ = dy / n."""

    key: ClassVar[str] = "average"
    summary: ClassVar[str] = "Mean of its inputs, value by value."

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Add, then divide; backward each input gets its share."""
        y, (first, second, *others) = buffers.y_values, inputs_of(buffers)
        count = scalar(len(buffers.xs), y.dtype)
        forward: Calls = [
            partial(np.add, first, second, y),
            *(partial(np.add, y, x, y) for x in others),
            partial(np.divide, y, count, y),
        ]
        backward: Calls = [partial(np.divide, buffers.dy, count, dx) for dx in buffers.dxs if dx is not None]
        return Bound(forward, backward)
