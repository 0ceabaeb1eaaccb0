"""Stochastic gradient descent (SGD) on mini-batches, with or without momentum."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.chains import Chain
from neural.fields import check, flag, real
from neural.optimizers.base import OptimizerState, chunks, zeros


@dataclass(frozen=True, kw_only=True)
class SGD:
    """w ← w - η·g; with momentum μ: v ← μ·v - η·g, then w ← w + v, or with Nesterov w ← w + μ·v - η·g."""

    key: ClassVar[str] = "sgd"
    summary: ClassVar[str] = "Gradient descent, with optional momentum."
    aliases: ClassVar[tuple[str, ...]] = ()

    learning_rate: float = real(0.01, exclusive_minimum=0, summary="How far a step goes.")
    momentum: float = real(0.0, minimum=0, maximum=1, summary="Share of the last step that is kept.")
    nesterov: bool = flag(default=False, summary="Look ahead along the momentum.")

    def __post_init__(self) -> None:
        check(self)

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the vectors that it remembers."""
        return ("momentum",) if self.momentum else ()

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        return zeros(parameters, *self.slots, learning_rate=self.learning_rate)

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place; the gradient of a chunk becomes η·g on the way, in scratch."""
        dtype = parameters.dtype
        rate, momentum = state.rate(dtype), scalar(self.momentum, dtype)
        calls: Calls = []
        if not self.momentum:
            for w, g, t in chunks(parameters, gradients):
                passes: Calls = [partial(np.multiply, g, rate, t), partial(np.subtract, w, t, w)]
                calls.append(Chain("sgd", (w, g), (rate,), passes))
            return calls
        for w, g, v, t in chunks(parameters, gradients, state.slots["momentum"]):
            passes = [
                partial(np.multiply, g, rate, t),
                partial(np.multiply, v, momentum, v),
                partial(np.subtract, v, t, v),
            ]
            if self.nesterov:
                calls += [
                    *passes,
                    partial(np.subtract, w, t, w),
                    partial(np.multiply, v, momentum, t),
                    partial(np.add, w, t, w),
                ]
            else:
                passes.append(partial(np.add, w, v, w))
                calls.append(Chain("momentum", (w, g, v), (rate, momentum), passes))
        return calls
