"""Adamax: Adam by the largest gradient instead of the mean square."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real
from neural.optimizers.base import OptimizerState, chunks, zeros


@dataclass(frozen=True, kw_only=True)
class Adamax:
    """m ← β₁m + (1-β₁)g, u ← max(β₂u, |g|), w ← w - η / (1-β₁ᵗ)·m / (u + ε) (Kingma & Ba 2015, section 7).

    The slot holds m/(1-β₁).
    """

    key: ClassVar[str] = "adamax"
    summary: ClassVar[str] = "Adam scaled by the largest recent gradient."
    aliases: ClassVar[tuple[str, ...]] = ()
    slots: ClassVar[tuple[str, ...]] = ("mean", "largest")

    learning_rate: float = real(0.001, exclusive_minimum=0, summary="How far a step goes.")
    beta_1: float = real(0.9, minimum=0, exclusive_maximum=1, summary="Memory of the mean gradient.")
    beta_2: float = real(0.999, minimum=0, exclusive_maximum=1, summary="Memory of the largest gradient.")
    epsilon: float = real(1e-7, exclusive_minimum=0, summary="Keeps the division away from zero.")

    def __post_init__(self) -> None:
        check(self)

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        return zeros(parameters, *self.slots, learning_rate=self.learning_rate)

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place."""
        dtype = parameters.dtype
        beta_1, beta_2 = scalar(self.beta_1, dtype), scalar(self.beta_2, dtype)
        rate, epsilon = np.zeros((), dtype), scalar(self.epsilon, dtype)
        calls: Calls = [partial(self._advance, state, rate)]
        for w, g, m, u, t in chunks(parameters, gradients, *state.slots.values()):
            calls += [
                partial(np.multiply, m, beta_1, m),
                partial(np.add, m, g, m),
                partial(np.multiply, u, beta_2, u),
                partial(np.abs, g, t),
                partial(np.maximum, u, t, out=u),
                partial(np.add, u, epsilon, t),
                partial(np.divide, m, t, t),
                partial(np.multiply, t, rate, t),
                partial(np.subtract, w, t, w),
            ]
        return calls

    def _advance(self, state: OptimizerState, rate: Array) -> None:
        state.step += 1
        rate[()] = state.learning_rate * (1 - self.beta_1) / (1 - self.beta_1**state.step)
