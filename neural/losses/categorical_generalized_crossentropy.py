"""The generalised cross-entropy, which wrong labels pull less."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.reductions import spread_maximum, spread_sum
from neural.fields import check, real
from neural.losses.base import Scratch, Targets
from neural.losses.categorical_crossentropy import CategoricalCrossentropy


@dataclass(frozen=True, kw_only=True)
class CategoricalGeneralizedCrossentropy:
    """L = mean((1 - p^q) / q) with p = softmax(z)_t; dL/dz = p^q·(softmax - onehot) / rows.

    Near q = 0 it is the cross-entropy, at 1 the mean absolute error. Source: Zhang & Sabuncu 2018; the default is
    Keras'.
    """

    key: ClassVar[str] = "categorical_generalized_crossentropy"
    summary: ClassVar[str] = (
        "Cross-entropy of class ids that wrong labels pull less: from it (q near 0) to 1 - p (q = 1)."
    )
    aliases: ClassVar[tuple[str, ...]] = ("categorical_generalized_cross_entropy",)
    targets: ClassVar[Targets] = "classes"
    link_name: ClassVar[str] = "softmax"

    q: float = real(0.5, exclusive_minimum=0, maximum=1, summary="How little surprising labels count.")

    def __post_init__(self) -> None:
        check(self)

    def link(self, logits: Array) -> Array:
        """Return the softmax."""
        return CategoricalCrossentropy().link(logits)

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the loss of each example, from the surprise -log p."""
        q = logits.dtype.type(self.q)
        result: Array = -np.expm1(-q * CategoricalCrossentropy().values(logits, targets)) / q
        return result

    def target_term(self, targets: Array) -> Array:
        """Return the one-hot targets."""
        return targets

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute the softmax, its share p of the target, then p^q·(softmax - onehot)."""
        spread, share, dtype = scratch("spread"), scratch("share"), logits.dtype
        return [
            *spread_maximum(logits, spread),
            partial(np.subtract, logits, spread, dlogits),
            partial(np.exp, dlogits, dlogits),
            *spread_sum(dlogits, spread),
            partial(np.divide, dlogits, spread, dlogits),
            partial(np.multiply, dlogits, target_term, spread),
            *spread_sum(spread, share),  # p of the target
            partial(np.power, share, scalar(self.q, dtype), share),
            partial(np.subtract, dlogits, target_term, dlogits),
            partial(np.multiply, dlogits, share, dlogits),
            partial(np.multiply, dlogits, scalar(1 / logits.shape[1], dtype), dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Return nothing: the loss is smooth."""
        del logits, targets
        return np.empty(0, bool)
