"""RMSprop: steps scaled by the recent size of the gradient."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.chains import Chain
from neural.fields import check, flag, real
from neural.optimizers.base import OptimizerState, chunks, zeros


@dataclass(frozen=True, kw_only=True)
class RMSprop:
    """v ← ρv + (1-ρ)g², u = η·g / √(v + ε), w ← w - u; with momentum μ: b ← μ·b + u, w ← w - b (Hinton 2012).

    `centered` takes the squared running mean of g from v. The slots hold v/(1-ρ), and the mean over (1-ρ).
    """

    key: ClassVar[str] = "rmsprop"
    summary: ClassVar[str] = "Steps scaled by a running mean of the squared gradient."
    aliases: ClassVar[tuple[str, ...]] = ()

    learning_rate: float = real(0.001, exclusive_minimum=0, summary="How far a step goes.")
    rho: float = real(0.9, minimum=0, exclusive_maximum=1, summary="Memory of the mean squared gradient.")
    momentum: float = real(0.0, minimum=0, maximum=1, summary="Share of the last step that is kept.")
    epsilon: float = real(1e-7, exclusive_minimum=0, summary="Keeps the division away from zero.")
    centered: bool = flag(default=False, summary="Scale by the variance instead of the mean square.")

    def __post_init__(self) -> None:
        check(self)

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the vectors that it remembers."""
        return ("square", *(["momentum"] if self.momentum else []), *(["mean"] if self.centered else []))

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        return zeros(parameters, *self.slots, learning_rate=self.learning_rate)

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place."""
        names = tuple(state.slots)
        rate = state.rate(parameters.dtype, 1 / math.sqrt(1 - self.rho))
        calls: Calls = []
        for w, g, *slots, t in chunks(parameters, gradients, *state.slots.values()):
            calls += self._update_chunk(w, g, t, dict(zip(names, slots, strict=True)), rate)
        return calls

    def _update_chunk(self, w: Array, g: Array, t: Array, slots: dict[str, Array], rate: Array) -> Calls:
        dtype = w.dtype
        rho, epsilon = scalar(self.rho, dtype), scalar(self.epsilon / (1 - self.rho), dtype)
        v = slots["square"]
        calls: Calls = [
            partial(np.multiply, v, rho, v),
            partial(np.square, g, t),
            partial(np.add, v, t, v),
        ]
        if "mean" in slots:
            a = slots["mean"]
            calls += [
                partial(np.multiply, a, rho, a),
                partial(np.add, a, g, a),
                partial(np.multiply, a, a, t),
                partial(np.multiply, t, scalar(1 - self.rho, dtype), t),
                partial(np.subtract, v, t, t),
                partial(np.add, t, epsilon, t),
            ]
        else:
            calls.append(partial(np.add, v, epsilon, t))
        calls += [partial(np.sqrt, t, t), partial(np.divide, g, t, t), partial(np.multiply, t, rate, t)]
        if "momentum" in slots:
            b = slots["momentum"]
            calls += [
                partial(np.multiply, b, scalar(self.momentum, dtype), b),
                partial(np.add, b, t, b),
                partial(np.subtract, w, b, w),
            ]
        else:
            calls.append(partial(np.subtract, w, t, w))
        if len(slots) == 1:
            return [Chain("rmsprop", (w, g, v), (rate, rho, epsilon), calls)]
        return calls
