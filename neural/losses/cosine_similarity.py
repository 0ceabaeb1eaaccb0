"""The cosine of the angle between outputs and targets."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.reductions import spread_sum
from neural.losses.base import Scratch, Targets

_SHORTEST = 1e-7  # a shorter vector is divided by this, as in Keras


@dataclass(frozen=True, kw_only=True)
class CosineSimilarity:
    """L = -t̂·ẑ with t̂ = t / ‖t‖, ẑ = z / ‖z‖ over the outputs, dL/dz = (ẑ·(t̂·ẑ) - t̂) / ‖z‖ / rows. As Keras' loss.

    It is -1 where both point one way, 1 where they point apart; how long they are does not matter.
    """

    key: ClassVar[str] = "cosine_similarity"
    summary: ClassVar[str] = "Minus the cosine between outputs and targets, for several targets whose direction counts."
    aliases: ClassVar[tuple[str, ...]] = ()
    targets: ClassVar[Targets] = "values"
    link_name: ClassVar[str] = "linear"
    raw_targets: ClassVar[bool] = True

    def link(self, logits: Array) -> Array:
        """Return the logits themselves."""
        return logits

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the loss of each example."""
        result: Array = -np.sum(_direction(logits) * _direction(targets), axis=-2)
        return result

    def target_term(self, targets: Array) -> Array:
        """Return t̂."""
        return _direction(targets)

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute (ẑ·(t̂·ẑ) - t̂) / ‖z‖ / rows."""
        length, products, along, dtype = scratch("length"), scratch("products"), scratch("along"), logits.dtype
        return [
            partial(np.multiply, logits, logits, products),
            *spread_sum(products, length),
            partial(np.sqrt, length, length),
            partial(np.maximum, length, scalar(_SHORTEST, dtype), out=length),
            partial(np.divide, logits, length, dlogits),
            partial(np.multiply, dlogits, target_term, products),
            *spread_sum(products, along),
            partial(np.multiply, dlogits, along, dlogits),
            partial(np.subtract, dlogits, target_term, dlogits),
            partial(np.divide, dlogits, length, dlogits),
            partial(np.multiply, dlogits, scalar(1 / logits.shape[1], dtype), dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Return nothing: the loss is smooth."""
        del logits, targets
        return np.empty(0, bool)


def _direction(values: Array) -> Array:
    length = np.sqrt(np.sum(values * values, axis=-2, keepdims=True))
    result: Array = values / np.maximum(length, values.dtype.type(_SHORTEST))
    return result
