"""Nadam: Adam that looks ahead along its momentum."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real
from neural.optimizers.base import OptimizerState, chunks, zeros


@dataclass(frozen=True, kw_only=True)
class Nadam:
    """m and v as in Adam; w ← w - η·(μ_{t+1}·m / (1-Π_{t+1}) + (1-μ_t)·g / (1-Π_t)) / (√(v / (1-β₂ᵗ)) + ε).

    With μ_t = β₁·(1 - ½·0.96ᵗ) and Π_t = μ_1·…·μ_t. Source: Dozat 2016; the warming μ is Keras'. The slots hold
    m/(1-β₁) and v/(1-β₂).
    """

    key: ClassVar[str] = "nadam"
    summary: ClassVar[str] = "Adam with Nesterov's look ahead."
    aliases: ClassVar[tuple[str, ...]] = ()
    slots: ClassVar[tuple[str, ...]] = ("mean", "square", "scratch")

    learning_rate: float = real(0.001, exclusive_minimum=0, summary="How far a step goes.")
    beta_1: float = real(0.9, minimum=0, exclusive_maximum=1, summary="Memory of the mean gradient.")
    beta_2: float = real(0.999, minimum=0, exclusive_maximum=1, summary="Memory of the mean squared gradient.")
    epsilon: float = real(1e-7, exclusive_minimum=0, summary="Keeps the division away from zero.")

    def __post_init__(self) -> None:
        check(self)

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step; the product Π is worked out anew from the number of steps."""
        return zeros(parameters, *self.slots, learning_rate=self.learning_rate)

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place."""
        dtype = parameters.dtype
        beta_1, beta_2 = scalar(self.beta_1, dtype), scalar(self.beta_2, dtype)
        ahead, now, correction = (np.zeros((), dtype) for _ in range(3))
        epsilon = scalar(self.epsilon, dtype)
        product = _Product(self.beta_1)
        calls: Calls = [partial(self._advance, state, product, ahead, now, correction)]
        for w, g, m, v, u, t in chunks(parameters, gradients, *state.slots.values()):
            calls += [
                partial(np.multiply, m, beta_1, m),
                partial(np.add, m, g, m),
                partial(np.multiply, v, beta_2, v),
                partial(np.square, g, t),
                partial(np.add, v, t, v),
                partial(np.sqrt, v, t),
                partial(np.multiply, t, correction, t),
                partial(np.add, t, epsilon, t),
                partial(np.multiply, m, ahead, u),
                partial(np.divide, u, t, u),
                partial(np.subtract, w, u, w),
                partial(np.multiply, g, now, u),
                partial(np.divide, u, t, u),
                partial(np.subtract, w, u, w),
            ]
        return calls

    def _advance(self, state: OptimizerState, product: "_Product", ahead: Array, now: Array, correction: Array) -> None:
        state.step += 1
        t, eta = state.step, state.learning_rate
        mu, mu_next, until = product.mu(t), product.mu(t + 1), product.until(t)
        ahead[()] = eta * mu_next / (1 - until * mu_next) * (1 - self.beta_1)
        now[()] = eta * (1 - mu) / (1 - until)
        correction[()] = math.sqrt((1 - self.beta_2) / (1 - self.beta_2**t))


class _Product:
    """The product of all μ up to a step: one factor a step, from the start again after a jump."""

    def __init__(self, beta_1: float) -> None:
        self._beta_1, self._step, self._value = beta_1, 0, 1.0

    def mu(self, step: int) -> float:
        """Return μ of a step."""
        return float(self._beta_1 * (1 - 0.5 * 0.96**step))

    def until(self, step: int) -> float:
        """Return μ_1·…·μ_step."""
        if step != self._step + 1:
            self._step, self._value = 0, 1.0
        while self._step < step:
            self._step += 1
            self._value *= self.mu(self._step)
        return self._value
