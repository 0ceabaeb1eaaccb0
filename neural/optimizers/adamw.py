"""AdamW: Adam with decoupled weight decay."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.fields import check, real
from neural.optimizers.adam import Adam
from neural.optimizers.base import OptimizerState, chunks


@dataclass(frozen=True, kw_only=True)
class AdamW:
    """w ← w - η·λ·w, then a step of Adam (Loshchilov & Hutter 2019); as in Keras, biases decay too."""

    key: ClassVar[str] = "adamw"
    summary: ClassVar[str] = "Adam with weight decay apart from the gradient."
    aliases: ClassVar[tuple[str, ...]] = ()

    learning_rate: float = real(0.001, exclusive_minimum=0, summary="How far a step goes.")
    weight_decay: float = real(0.004, minimum=0, summary="Share of the weights that a step of rate 1 takes away.")
    beta_1: float = real(0.9, minimum=0, exclusive_maximum=1, summary="Memory of the mean gradient.")
    beta_2: float = real(0.999, minimum=0, exclusive_maximum=1, summary="Memory of the mean squared gradient.")
    epsilon: float = real(1e-7, exclusive_minimum=0, summary="Keeps the division away from zero.")

    def __post_init__(self) -> None:
        check(self)

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the vectors that it remembers."""
        return self._adam().slots

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        return self._adam().init(parameters)

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place: the decay, then Adam."""
        kept = state.rate(parameters.dtype, -self.weight_decay, 1.0)
        decay: Calls = [partial(np.multiply, w, kept, w) for w, _ in chunks(parameters)]
        return [*decay, *self._adam().update(parameters, gradients, state)]

    def _adam(self) -> Adam:
        return Adam(learning_rate=self.learning_rate, beta_1=self.beta_1, beta_2=self.beta_2, epsilon=self.epsilon)
