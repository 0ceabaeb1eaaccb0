"""The product of several values, which makes gates."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Calls
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.merging import Merging, inputs_of


@dataclass(frozen=True, kw_only=True)
class Multiply(Merging):
    """y = x₁ · x₂ · …, dxᵢ = dy · Π_{j≠i} xⱼ."""

    key: ClassVar[str] = "multiply"
    summary: ClassVar[str] = "Product of its inputs, value by value: a gate."

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = Π xᵢ; backward each dxᵢ = dy times all other inputs."""
        y, xs = buffers.y_values, inputs_of(buffers)
        first, second, *others = xs
        forward: Calls = [partial(np.multiply, first, second, y), *(partial(np.multiply, y, x, y) for x in others)]
        backward: Calls = []
        for number, dx in enumerate(buffers.dxs):
            if dx is None:
                continue
            factors = [x for other, x in enumerate(xs) if other != number]
            backward.append(partial(np.multiply, buffers.dy, factors[0], dx))
            backward += [partial(np.multiply, dx, x, dx) for x in factors[1:]]
        return Bound(forward, backward)
