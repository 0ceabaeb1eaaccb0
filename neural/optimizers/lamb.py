"""LAMB: Adam whose steps are as long as the weights of each parameter."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real
from neural.optimizers.base import OptimizerState, zeros


@dataclass(frozen=True, kw_only=True)
class Lamb:
    """u = m̂ / (√v̂ + ε) with m̂ and v̂ as in Adam; w ← w - η·‖w‖ / ‖u‖·u for each parameter by itself.

    Where one of the norms is 0, so is their quotient taken for 1. The slots hold m/(1-β₁) and v/(1-β₂). Source: You et
    al. 2020, in Keras' form, where decay stands beside the rule.
    """

    key: ClassVar[str] = "lamb"
    summary: ClassVar[str] = "Adam with steps as long as each parameter's weights; for very large batches."
    aliases: ClassVar[tuple[str, ...]] = ()
    slots: ClassVar[tuple[str, ...]] = ("mean", "square", "scratch")

    learning_rate: float = real(0.001, exclusive_minimum=0, summary="How far a step goes.")
    beta_1: float = real(0.9, minimum=0, exclusive_maximum=1, summary="Memory of the mean gradient.")
    beta_2: float = real(0.999, minimum=0, exclusive_maximum=1, summary="Memory of the mean squared gradient.")
    epsilon: float = real(1e-7, exclusive_minimum=0, summary="Keeps the division away from zero.")

    def __post_init__(self) -> None:
        check(self)

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        return zeros(parameters, *self.slots, learning_rate=self.learning_rate)

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place."""
        dtype = parameters.dtype
        beta_1, beta_2, epsilon = (scalar(each, dtype) for each in (self.beta_1, self.beta_2, self.epsilon))
        mean, square = np.zeros((), dtype), np.zeros((), dtype)
        own, step = np.zeros((), dtype), np.zeros((), dtype)
        calls: Calls = [partial(self._advance, state, mean, square)]
        for _, w, g, m, v, t in state.parts(parameters, gradients, *state.slots.values()):
            calls += [
                partial(np.multiply, m, beta_1, m),
                partial(np.add, m, g, m),
                partial(np.multiply, v, beta_2, v),
                partial(np.square, g, t),
                partial(np.add, v, t, v),
                partial(np.multiply, v, square, t),
                partial(np.sqrt, t, t),
                partial(np.add, t, epsilon, t),
                partial(np.divide, m, t, t),
                partial(np.multiply, t, mean, t),
                partial(w.dot, w, own),
                partial(t.dot, t, step),
                partial(_trust, own, step, state),
                partial(np.multiply, t, step, t),
                partial(np.subtract, w, t, w),
            ]
        return calls

    def _advance(self, state: OptimizerState, mean: Array, square: Array) -> None:
        state.step += 1
        mean[()] = (1 - self.beta_1) / (1 - self.beta_1**state.step)
        square[()] = (1 - self.beta_2) / (1 - self.beta_2**state.step)


def _trust(own: Array, step: Array, state: OptimizerState) -> None:
    """Turn both squared norms into the factor of the step."""
    ratio = math.sqrt(own / step) if own > 0 and step > 0 else 1.0
    step[()] = state.learning_rate * ratio
