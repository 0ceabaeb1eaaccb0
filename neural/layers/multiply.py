"""The product of several values, which makes gates."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.mask_use import FIRST, MaskUse
from neural.layers.shared.merging import Merging, inputs_of


@dataclass(frozen=True, kw_only=True)
class Multiply(Merging):
    """y = x₁ · x₂ · …, dxᵢ = dy · Π_{j≠i} xⱼ."""

    key: ClassVar[str] = "multiply"
    summary: ClassVar[str] = "Product of its inputs, value by value: a gate."
    mask_use: ClassVar[MaskUse] = MaskUse.USES_AND_JOINS

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = Π xᵢ; backward each dxᵢ = dy times all other inputs.

        A masked step is no factor; where it is masked in every input, y = 0. As in Keras.
        """
        y, factors = buffers.y_values, [_Factor(buffers, number) for number in range(len(buffers.xs))]
        first, second, *others = [factor.values for factor in factors]
        forward: Calls = [call for factor in factors for call in factor.fill]
        forward += [partial(np.multiply, first, second, y), *(partial(np.multiply, y, x, y) for x in others)]
        backward: Calls = []
        if buffers.semantics > FIRST and all(mask is not None for mask in buffers.masks):
            forward.append(partial(np.multiply, y, buffers.y_mask, y))
            backward.append(partial(np.multiply, buffers.dy, buffers.y_mask, buffers.dy))
        for number, dx in enumerate(buffers.dxs):
            if dx is None:
                continue
            rest = [factor.values for other, factor in enumerate(factors) if other != number]
            backward.append(partial(np.multiply, buffers.dy, rest[0], dx))
            backward += [partial(np.multiply, dx, x, dx) for x in rest[1:]]
            backward += factors[number].clear(dx)
        return Bound(forward, backward)


class _Factor:
    """An input of the product, with ones at its masked steps."""

    def __init__(self, buffers: LayerBuffers, number: int) -> None:
        x = inputs_of(buffers)[number]
        self._mask = buffers.masks[number] if buffers.semantics > FIRST else None
        self.fill: Calls = []
        self.values = x
        if self._mask is not None:
            missing = buffers.scratch(f"missing {number}", self._mask.shape)
            self.values = buffers.scratch(f"factor {number}", x.shape)
            self.fill = [
                partial(np.subtract, scalar(1, x.dtype), self._mask, missing),
                partial(np.multiply, x, self._mask, self.values),
                partial(np.add, self.values, missing, self.values),
            ]

    def clear(self, dx: Array) -> Calls:
        """Let no error reach a masked step."""
        return [] if self._mask is None else [partial(np.multiply, dx, self._mask, dx)]
