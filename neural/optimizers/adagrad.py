"""Adagrad: steps scaled by the gradient's whole past."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real
from neural.optimizers.base import OptimizerState, chunks, zeros


@dataclass(frozen=True, kw_only=True)
class Adagrad:
    """v ← v + g², w ← w - η·g / √(v + ε), v starting at `initial_accumulator_value` (Duchi et al. 2011)."""

    key: ClassVar[str] = "adagrad"
    summary: ClassVar[str] = "Steps scaled by the sum of all squared gradients, so ever smaller."
    aliases: ClassVar[tuple[str, ...]] = ()
    slots: ClassVar[tuple[str, ...]] = ("square",)

    learning_rate: float = real(0.001, exclusive_minimum=0, summary="How far a step goes.")
    initial_accumulator_value: float = real(0.1, minimum=0, summary="Where the sum of squares starts.")
    epsilon: float = real(1e-7, exclusive_minimum=0, summary="Keeps the division away from zero.")

    def __post_init__(self) -> None:
        check(self)

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        state = zeros(parameters, *self.slots, learning_rate=self.learning_rate)
        state.slots["square"].fill(self.initial_accumulator_value)
        return state

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place."""
        dtype = parameters.dtype
        rate, epsilon = state.rate(dtype), scalar(self.epsilon, dtype)
        calls: Calls = []
        for w, g, v, t in chunks(parameters, gradients, state.slots["square"]):
            calls += [
                partial(np.square, g, t),
                partial(np.add, v, t, v),
                partial(np.add, v, epsilon, t),
                partial(np.sqrt, t, t),
                partial(np.divide, g, t, t),
                partial(np.multiply, t, rate, t),
                partial(np.subtract, w, t, w),
            ]
        return calls
