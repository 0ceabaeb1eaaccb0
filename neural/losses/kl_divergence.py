"""The Kullback-Leibler divergence between target shares and predicted ones."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls
from neural.engine.reductions import spread_maximum, spread_sum
from neural.losses.base import Scratch, Targets
from neural.losses.categorical_crossentropy import CategoricalCrossentropy

_SMALLEST = 1e-7  # a share below counts as this much, as in Keras


@dataclass(frozen=True, kw_only=True)
class KLDivergence:
    """L = mean(Σ_j t_j·(log t_j - log p_j)) with p = softmax(z), dL/dz = (p - t) / batch for shares t that sum to 1."""

    key: ClassVar[str] = "kl_divergence"
    summary: ClassVar[str] = "Kullback-Leibler divergence from target shares; its link is the softmax."
    aliases: ClassVar[tuple[str, ...]] = ("kullback_leibler_divergence", "kld")
    targets: ClassVar[Targets] = "shares"
    link_name: ClassVar[str] = "softmax"

    def link(self, logits: Array) -> Array:
        """Return the softmax."""
        return CategoricalCrossentropy().link(logits)

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the cross-entropy less the entropy of the targets."""
        known = np.maximum(targets, targets.dtype.type(_SMALLEST))
        entropy = -(known * np.log(known)).sum(axis=-2)
        result: Array = CategoricalCrossentropy().values(logits, targets) - entropy
        return result

    def target_term(self, targets: Array) -> Array:
        """Return t / batch."""
        return targets * targets.dtype.type(1 / targets.shape[-1])

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute softmax(z)/batch - t/batch."""
        spread = scratch("spread")
        return [
            *spread_maximum(logits, spread),
            partial(np.subtract, logits, spread, dlogits),
            partial(np.exp, dlogits, dlogits),
            *spread_sum(dlogits, spread, factor=logits.shape[1]),
            partial(np.divide, dlogits, spread, dlogits),
            partial(np.subtract, dlogits, target_term, dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Return nothing: the loss is smooth."""
        del logits, targets
        return np.empty(0, bool)
