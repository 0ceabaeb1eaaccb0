"""What an optimizer is to the training step: it makes its state once, then updates flat vectors in place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import numpy as np

from neural.arrays import Array, Calls

CHUNK = 16_384  # values: with gradient and slots they stay in the second-level cache through all passes


@dataclass
class OptimizerState:
    """What an optimizer remembers between steps; belongs into a checkpoint whole."""

    step: int = 0  # updates done
    slots: dict[str, Array] = field(default_factory=dict)  # flat vectors as long as the parameters


class Optimizer(Protocol):
    """A frozen description of an update rule."""

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]]

    @property
    def learning_rate(self) -> float:
        """How far a step goes."""
        ...

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        ...

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update of `parameters` and `state` in place; the calls may be made again and again."""
        ...


def zeros(parameters: Array, *slots: str) -> OptimizerState:
    """Make a state of zeros."""
    return OptimizerState(slots={slot: np.zeros_like(parameters) for slot in slots})


def chunks(*vectors: Array) -> Iterator[tuple[Array, ...]]:
    """Cut vectors of one length into views that fit the cache, together with a scratch view of the same length."""
    size = vectors[0].size
    scratch = np.empty(min(size, CHUNK), vectors[0].dtype)
    for start in range(0, size, CHUNK):
        stop = min(start + CHUNK, size)
        yield (*(vector[start:stop] for vector in vectors), scratch[: stop - start])
