"""Adadelta: steps as large as recent steps, in the units of the weights."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real
from neural.optimizers.base import OptimizerState, chunks, zeros


@dataclass(frozen=True, kw_only=True)
class Adadelta:
    """v ← ρv + (1-ρ)g², u = g·√(d + ε) / √(v + ε), d ← ρd + (1-ρ)u², w ← w - η·u (Zeiler 2012)."""

    key: ClassVar[str] = "adadelta"
    summary: ClassVar[str] = "Steps scaled by recent gradients and by recent steps."
    aliases: ClassVar[tuple[str, ...]] = ()
    slots: ClassVar[tuple[str, ...]] = ("square", "step", "scratch")

    learning_rate: float = real(0.001, exclusive_minimum=0, summary="How far a step goes; 1 in the paper.")
    rho: float = real(0.95, minimum=0, exclusive_maximum=1, summary="Memory of both means.")
    epsilon: float = real(1e-7, exclusive_minimum=0, summary="Keeps the division away from zero.")

    def __post_init__(self) -> None:
        check(self)

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        return zeros(parameters, *self.slots, learning_rate=self.learning_rate)

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place."""
        dtype = parameters.dtype
        rate, epsilon = state.rate(dtype), scalar(self.epsilon, dtype)
        rho, rest = scalar(self.rho, dtype), scalar(1 - self.rho, dtype)
        calls: Calls = []
        for w, g, v, d, u, t in chunks(parameters, gradients, *state.slots.values()):
            calls += [
                partial(np.multiply, v, rho, v),
                partial(np.square, g, t),
                partial(np.multiply, t, rest, t),
                partial(np.add, v, t, v),
                partial(np.add, d, epsilon, u),
                partial(np.add, v, epsilon, t),
                partial(np.divide, u, t, u),
                partial(np.sqrt, u, u),
                partial(np.multiply, u, g, u),
                partial(np.multiply, d, rho, d),
                partial(np.multiply, u, u, t),
                partial(np.multiply, t, rest, t),
                partial(np.add, d, t, d),
                partial(np.multiply, u, rate, u),
                partial(np.subtract, w, u, w),
            ]
        return calls
