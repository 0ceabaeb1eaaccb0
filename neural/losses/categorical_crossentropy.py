"""The categorical cross-entropy: one class among several."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls
from neural.engine.reductions import spread_maximum, spread_sum
from neural.fields import check, real
from neural.losses.base import Scratch, Targets


@dataclass(frozen=True, kw_only=True)
class CategoricalCrossentropy:
    """L = mean(log Σ_j e^z_j - z_t), dL/dz = (softmax(z) - onehot(t)) / batch; the link is the softmax."""

    key: ClassVar[str] = "categorical_crossentropy"
    summary: ClassVar[str] = "Cross-entropy of class ids; its link is the softmax."
    aliases: ClassVar[tuple[str, ...]] = ("cce", "crossentropy", "sparse_categorical_crossentropy")
    targets: ClassVar[Targets] = "classes"
    link_name: ClassVar[str] = "softmax"

    label_smoothing: float = real(0.0, minimum=0, maximum=1, summary="How far targets move towards equal shares.")

    def __post_init__(self) -> None:
        check(self)

    def link(self, logits: Array) -> Array:
        """Return the softmax."""
        powers: Array = np.exp(logits - logits.max(axis=-2, keepdims=True))
        powers /= powers.sum(axis=-2, keepdims=True)
        return powers

    def values(self, logits: Array, targets: Array) -> Array:
        """Return log Σ e^(z - max z) + max z - z_t for one-hot targets."""
        top = logits.max(axis=-2)
        total = np.exp(logits - top[..., None, :]).sum(axis=-2)
        values: Array = np.log(total) + (top - (logits * self._smoothed(targets)).sum(axis=-2))
        return values

    def target_term(self, targets: Array) -> Array:
        """Return onehot / batch."""
        shares: Array = self._smoothed(targets) * targets.dtype.type(1 / targets.shape[-1])
        return shares

    def _smoothed(self, targets: Array) -> Array:
        """Return t·(1 - s) + s / outputs."""
        if not self.label_smoothing:
            return targets
        share = targets.dtype.type(self.label_smoothing)
        smoothed: Array = targets * (1 - share) + share / targets.shape[-2]
        return smoothed

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute e^(z - max z) / (batch · Σ e^(z - max z)) - onehot/batch."""
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
