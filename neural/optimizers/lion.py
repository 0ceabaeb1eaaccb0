"""Lion: steps of one size in the direction of the momentum's sign."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real
from neural.optimizers.base import OptimizerState, chunks, zeros


@dataclass(frozen=True, kw_only=True)
class Lion:
    """w ← w - η·sign(β₁m + (1-β₁)g), then m ← β₂m + (1-β₂)g (Chen et al. 2023)."""

    key: ClassVar[str] = "lion"
    summary: ClassVar[str] = "Steps of one size by the sign of the momentum; wants smaller rates than Adam."
    aliases: ClassVar[tuple[str, ...]] = ()
    slots: ClassVar[tuple[str, ...]] = ("momentum",)

    learning_rate: float = real(0.001, exclusive_minimum=0, summary="How far a step goes.")
    beta_1: float = real(0.9, minimum=0, exclusive_maximum=1, summary="Share of the momentum in the direction.")
    beta_2: float = real(0.99, minimum=0, exclusive_maximum=1, summary="Memory of the momentum.")

    def __post_init__(self) -> None:
        check(self)

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        return zeros(parameters, *self.slots, learning_rate=self.learning_rate)

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place: β₁m + (1-β₁)g = g + β₁(m - g), β₂m + (1-β₂)g = g + β₂(m - g)."""
        dtype = parameters.dtype
        rate = state.rate(dtype)
        beta_1, beta_2 = scalar(self.beta_1, dtype), scalar(self.beta_2, dtype)
        calls: Calls = []
        for w, g, m, t in chunks(parameters, gradients, state.slots["momentum"]):
            calls += [
                partial(np.subtract, m, g, m),
                partial(np.multiply, m, beta_1, t),
                partial(np.add, t, g, t),
                partial(np.sign, t, t),
                partial(np.multiply, t, rate, t),
                partial(np.subtract, w, t, w),
                partial(np.multiply, m, beta_2, m),
                partial(np.add, m, g, m),
            ]
        return calls
