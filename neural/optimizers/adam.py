"""Adam, with its constants folded."""

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
class Adam:
    """m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g², w ← w - α·m / (√v + ε) with α = η·√(1-β₂ᵗ) / (1-β₁ᵗ).

    `amsgrad` divides by the largest v so far instead (Reddi et al. 2018).
    Source: Kingma & Ba 2015, in the form with folded bias correction that Keras uses.
    The slots hold m/(1-β₁) and v/(1-β₂): both factors move into α and ε, which saves two passes of twelve.
    """

    key: ClassVar[str] = "adam"
    summary: ClassVar[str] = "Steps scaled by running means of the gradient and its square."
    aliases: ClassVar[tuple[str, ...]] = ()

    learning_rate: float = real(0.001, exclusive_minimum=0, summary="How far a step goes.")
    beta_1: float = real(0.9, minimum=0, exclusive_maximum=1, summary="Memory of the mean gradient.")
    beta_2: float = real(0.999, minimum=0, exclusive_maximum=1, summary="Memory of the mean squared gradient.")
    epsilon: float = real(1e-7, exclusive_minimum=0, summary="Keeps the division away from zero.")
    amsgrad: bool = flag(default=False, summary="Divide by the largest mean square so far.")

    def __post_init__(self) -> None:
        check(self)

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the vectors that it remembers."""
        return ("mean", "square", "largest") if self.amsgrad else ("mean", "square")

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        return zeros(parameters, *self.slots, learning_rate=self.learning_rate)

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place, ten passes over each chunk."""
        dtype = parameters.dtype
        beta_1, beta_2 = scalar(self.beta_1, dtype), scalar(self.beta_2, dtype)
        epsilon = scalar(self.epsilon / math.sqrt(1 - self.beta_2), dtype)
        rate = np.zeros((), dtype)
        calls: Calls = [partial(self._advance, state, rate)]
        for w, g, m, v, *largest, t in chunks(parameters, gradients, *state.slots.values()):
            passes: Calls = [
                partial(np.multiply, m, beta_1, m),
                partial(np.add, m, g, m),
                partial(np.multiply, v, beta_2, v),
                partial(np.square, g, t),
                partial(np.add, v, t, v),
                *(partial(np.maximum, top, v, out=top) for top in largest),
                partial(np.sqrt, largest[0] if largest else v, t),
                partial(np.add, t, epsilon, t),
                partial(np.divide, m, t, t),
                partial(np.multiply, t, rate, t),
                partial(np.subtract, w, t, w),
            ]
            fused = Chain("adam", (w, g, m, v), (rate, beta_1, beta_2, epsilon), passes)
            calls += passes if largest else [fused]
        return calls

    def _advance(self, state: OptimizerState, rate: Array) -> None:
        state.step += 1
        correction = math.sqrt(1 - self.beta_2**state.step) / (1 - self.beta_1**state.step)
        rate[()] = state.learning_rate * correction * (1 - self.beta_1) / math.sqrt(1 - self.beta_2)
