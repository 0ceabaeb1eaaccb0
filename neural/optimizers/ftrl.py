"""FTRL-Proximal: steps from the sum of all gradients, which an L1 penalty holds at exactly zero."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Call, Calls, scalar
from neural.fields import check, real
from neural.optimizers.base import OptimizerState, chunks, zeros


@dataclass(frozen=True, kw_only=True)
class Ftrl:
    """n' ← n + g², s ← s + g + 2·h·w - (n'^-p - n^-p)·w / η, w ← (clip(s, ±l₁) - s) / (n'^-p / η + 2·l₂ + β / η).

    With the powers p, L1 and L2 strengths l₁ and l₂, and the shrinkage h. Source: McMahan et al. 2013, in Keras' form,
    whose defaults these are.
    """

    key: ClassVar[str] = "ftrl"
    summary: ClassVar[str] = "Follows the regularised leader: exact zeros by L1; for wide, sparse linear models."
    aliases: ClassVar[tuple[str, ...]] = ()
    slots: ClassVar[tuple[str, ...]] = ("square", "linear", "scratch")

    learning_rate: float = real(0.001, exclusive_minimum=0, summary="How far a step goes.")
    learning_rate_power: float = real(-0.5, maximum=0, summary="How steps shrink with the sum of squares; 0: not.")
    initial_accumulator_value: float = real(0.1, minimum=0, summary="Where the sum of squares starts.")
    l1_regularization_strength: float = real(0.0, minimum=0, summary="Pull to exactly zero.")
    l2_regularization_strength: float = real(0.0, minimum=0, summary="Pull that grows with the weight.")
    l2_shrinkage_regularization_strength: float = real(
        0.0, minimum=0, summary="Penalty that is added to the gradients alone."
    )
    beta: float = real(0.0, minimum=0, summary="Pull that weakens as the rate grows.")

    def __post_init__(self) -> None:
        check(self)

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        state = zeros(parameters, *self.slots, learning_rate=self.learning_rate)
        state.slots["square"].fill(self.initial_accumulator_value)
        return state

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place; the weights are made anew from the sums each time."""
        dtype = parameters.dtype
        rate, l1 = state.rate(dtype), self.l1_regularization_strength
        above, below = scalar(l1, dtype), scalar(-l1, dtype)
        shrinkage = scalar(2 * self.l2_shrinkage_regularization_strength, dtype)
        l2 = state.rate(dtype, 2 * self.l2_regularization_strength, self.beta)  # times the rate
        calls: Calls = []
        for w, g, n, s, u, t in chunks(parameters, gradients, *state.slots.values()):
            calls += [
                self._power(n, u),
                partial(np.square, g, t),
                partial(np.add, n, t, n),
                self._power(n, t),
                partial(np.subtract, t, u, u),
                partial(np.divide, u, rate, u),
                partial(np.subtract, u, shrinkage, u),
                partial(np.multiply, u, w, u),
                partial(np.add, s, g, s),
                partial(np.subtract, s, u, s),
                partial(np.add, t, l2, t),
                partial(np.divide, t, rate, t),
                partial(np.minimum, s, above, out=u),
                partial(np.maximum, u, below, out=u),
                partial(np.subtract, u, s, u),
                partial(np.divide, u, t, w),
            ]
        return calls

    def _power(self, n: Array, out: Array) -> Call:
        if self.learning_rate_power == -0.5:
            return partial(np.sqrt, n, out)
        return partial(np.power, n, scalar(-self.learning_rate_power, n.dtype), out)
