"""Averages of the weights over steps or epochs, which generalize better than the weights of the last step."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, integer, real
from neural.optimizers.base import chunks


@dataclass(frozen=True)
class Average:
    """A running average; `count` (one number) tells how many weights went into it, 0: it does not hold yet."""

    weights: Array
    count: npt.NDArray[np.int64]

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Everything that changes, for the training's state."""
        return {"average": self.weights, "average_count": self.count}


class Averaging(Protocol):
    """A frozen description of how weights are averaged."""

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]]

    def after_step(self, average: Average, parameters: Array) -> Calls:
        """Prepare what follows each update of the parameters."""
        ...

    def after_epoch(self, average: Average, parameters: Array, epoch: int) -> None:
        """Take the weights at an epoch's end into the average."""
        ...


@dataclass(frozen=True, kw_only=True)
class ExponentialAverage:
    """a ← μ·a + (1-μ)·w after each step, from a = w after the first (Polyak & Juditsky 1992; Keras' `use_ema`)."""

    key: ClassVar[str] = "ema"
    summary: ClassVar[str] = "Exponential moving average of the weights over steps."
    aliases: ClassVar[tuple[str, ...]] = ("exponential_moving_average", "use_ema")

    momentum: float = real(0.99, minimum=0, exclusive_maximum=1, summary="Share of the average that a step keeps.")

    def __post_init__(self) -> None:
        check(self)

    def after_step(self, average: Average, parameters: Array) -> Calls:
        """Prepare three passes over each chunk; the two factors are set for each step."""
        kept, taken = np.zeros((), parameters.dtype), np.zeros((), parameters.dtype)
        calls: Calls = [partial(self._advance, average.count, kept, taken)]
        for w, a, t in chunks(parameters, average.weights):
            calls += [partial(np.multiply, a, kept, a), partial(np.multiply, w, taken, t), partial(np.add, a, t, a)]
        return calls

    def after_epoch(self, average: Average, parameters: Array, epoch: int) -> None:
        """Do nothing: steps count."""
        del average, parameters, epoch

    def _advance(self, count: npt.NDArray[np.int64], kept: Array, taken: Array) -> None:
        momentum = self.momentum if count[0] else 0.0
        kept[()], taken[()] = momentum, 1 - momentum
        count[0] += 1


@dataclass(frozen=True, kw_only=True)
class StochasticAverage:
    """a ← a + (w - a)/n over the weights at the ends of epochs (Izmailov et al. 2018)."""

    key: ClassVar[str] = "swa"
    summary: ClassVar[str] = "Equal average of the weights at the ends of epochs."
    aliases: ClassVar[tuple[str, ...]] = ("stochastic_weight_averaging",)

    start_epoch: int = integer(1, minimum=1, summary="The first epoch whose weights count.")

    def __post_init__(self) -> None:
        check(self)

    def after_step(self, average: Average, parameters: Array) -> Calls:
        """Prepare nothing: epochs count."""
        del average, parameters
        return []

    def after_epoch(self, average: Average, parameters: Array, epoch: int) -> None:
        """Take the weights in, from the first epoch that counts on."""
        if epoch < self.start_epoch:
            return
        average.count[0] += 1
        share = scalar(1 / int(average.count[0]), parameters.dtype)
        for w, a, t in chunks(parameters, average.weights):
            for call in (partial(np.subtract, w, a, t), partial(np.multiply, t, share, t), partial(np.add, a, t, a)):
                call()


AVERAGINGS: Mapping[str, type[Averaging]] = MappingProxyType(
    {averaging.key: averaging for averaging in (ExponentialAverage, StochasticAverage)}
)
