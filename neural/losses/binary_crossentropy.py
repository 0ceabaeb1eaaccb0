"""The binary cross-entropy: yes or no for each output."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real
from neural.losses.base import Scratch, Targets


@dataclass(frozen=True, kw_only=True)
class BinaryCrossentropy:
    """L = mean(log(1 + e^z) - t·z), dL/dz = (σ(z) - t) / count, with targets t of 0 or 1 and the link σ."""

    key: ClassVar[str] = "binary_crossentropy"
    summary: ClassVar[str] = "Cross-entropy of yes/no targets; its link is the sigmoid."
    aliases: ClassVar[tuple[str, ...]] = ("bce",)
    targets: ClassVar[Targets] = "labels"
    link_name: ClassVar[str] = "sigmoid"

    label_smoothing: float = real(0.0, minimum=0, maximum=1, summary="How far targets move towards one half.")

    def __post_init__(self) -> None:
        check(self)

    def link(self, logits: Array) -> Array:
        """Return σ(z) = e^min(z, 0) / (1 + e^-|z|), precise also near 0."""
        zero = np.zeros((), logits.dtype)
        shares: Array = np.exp(np.minimum(logits, zero)) / (1 + np.exp(-np.abs(logits)))
        return shares

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs of max(z, 0) - t·z + log(1 + e^-|z|), which overflows nowhere."""
        zero, targets = np.zeros((), logits.dtype), self._smoothed(targets)
        tail = np.log1p(np.exp(-np.abs(logits)))
        result: Array = np.mean(np.maximum(logits, zero) - targets * logits + tail, axis=-2)
        return result

    def target_term(self, targets: Array) -> Array:
        """Return (t - 1/2) / count, the part of the gradient that does not depend on z."""
        count = targets.shape[-1] * targets.shape[-2]
        return (self._smoothed(targets) - targets.dtype.type(0.5)) * targets.dtype.type(1 / count)

    def _smoothed(self, targets: Array) -> Array:
        """Return t·(1 - s) + s/2."""
        if not self.label_smoothing:
            return targets
        share = targets.dtype.type(self.label_smoothing)
        return targets * (1 - share) + share / 2

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute tanh(z/2)/(2·count) - (t - 1/2)/count, since σ(z) = (1 + tanh(z/2))/2."""
        del scratch
        dtype = logits.dtype
        return [
            partial(np.multiply, logits, scalar(0.5, dtype), dlogits),
            partial(np.tanh, dlogits, dlogits),
            partial(np.multiply, dlogits, scalar(0.5 / logits.size, dtype), dlogits),
            partial(np.subtract, dlogits, target_term, dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Return nothing: the loss is smooth."""
        del logits, targets
        return np.empty(0, bool)
