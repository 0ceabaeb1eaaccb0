"""The interface of an optimizer: it makes its state once, then updates flat vectors in place."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy as np

from neural.engine import backend
from neural.engine.arrays import Array, Calls, aligned

CHUNK = 32_768  # values: with gradient and slots they stay in the second-level cache through all passes


@dataclass
class OptimizerState:
    """What an optimizer remembers between steps; belongs into a checkpoint whole."""

    learning_rate: float  # of the next step
    step: int = 0  # updates done
    slots: dict[str, Array] = field(default_factory=dict)  # flat vectors as long as the parameters
    shapes: tuple[tuple[int, ...], ...] = ()  # of the parameters that lie one after the other; none: one vector
    _rates: list[tuple[Array, float, float]] = field(default_factory=list)

    def rate(self, dtype: np.dtype[np.floating], factor: float = 1.0, offset: float = 0.0) -> Array:
        """Give a 0-d array that is always `offset + factor · learning_rate`."""
        array: Array = np.array(offset + factor * self.learning_rate, dtype)
        self._rates.append((array, factor, offset))
        return array

    def set_rate(self, learning_rate: float) -> None:
        """Change the learning rate of the steps to come."""
        if learning_rate != self.learning_rate:
            self.learning_rate = learning_rate
            for array, factor, offset in self._rates:
                array[()] = offset + factor * learning_rate

    def parts(self, *vectors: Array) -> Iterator[tuple[Any, ...]]:
        """Give the shape of each parameter with its part of vectors, for rules that treat each as a whole."""
        start = 0
        for shape in self.shapes or (vectors[0].shape,):
            stop = start + math.prod(shape)
            yield (shape, *(vector[start:stop] for vector in vectors))
            start = stop

    def drop_denormals(self) -> None:
        """Set to zero what has decayed below the smallest normal number.

        The means of a unit that no row reaches any more are multiplied down to there and stay, since the product of the
        smallest number of all rounds to itself. Processors take some hundred cycles for each of them: on the digits, a
        fifth of the weights made every step three times as long.
        """
        for slot in self.slots.values():
            for start in range(0, slot.size, CHUNK):
                part = slot[start : start + CHUNK]
                part[np.abs(part) < np.finfo(slot.dtype).tiny] = 0


class Optimizer(Protocol):
    """A frozen description of an update rule."""

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]]

    @property
    def learning_rate(self) -> float:
        """How far a step goes."""
        ...

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the vectors, as long as the parameters, that it remembers between steps."""
        ...

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        ...

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update of `parameters` and `state` in place; the calls may be made again and again."""
        ...


def zeros(parameters: Array, *slots: str, learning_rate: float) -> OptimizerState:
    """Make a state of zeros."""
    return OptimizerState(learning_rate, slots={slot: aligned(parameters.size, parameters.dtype) for slot in slots})


def chunks(*vectors: Array) -> Iterator[tuple[Array, ...]]:
    """Cut vectors of one length into views that fit the cache, together with a scratch view of the same length.

    The last comes first: of the gradients, the last ones were just written, and of the weights the first ones are read
    next, so that these are still in the cache.
    """
    size, length = vectors[0].size, backend.chunk(CHUNK)
    scratch = aligned(min(size, length), vectors[0].dtype)
    for start in reversed(range(0, size, length)):
        stop = min(start + length, size)
        yield (*(vector[start:stop] for vector in vectors), scratch[: stop - start])
