"""Hinge losses: an answer that is right by a margin of one costs nothing more."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.reductions import spread_maximum, spread_sum
from neural.losses.base import Scratch, Targets
from neural.losses.binary_crossentropy import BinaryCrossentropy
from neural.losses.categorical_crossentropy import CategoricalCrossentropy


class _Margin:
    """What both binary hinges share: with targets t of 0 or 1, s = 2t - 1, the part of the margin that lacks."""

    targets: ClassVar[Targets] = "labels"
    link_name: ClassVar[str] = "sigmoid"

    def link(self, logits: Array) -> Array:
        """Return σ(z), which is above one half where z is above 0; it is no calibrated share."""
        return BinaryCrossentropy().link(logits)

    def target_term(self, targets: Array) -> Array:
        """Return the sign s."""
        return 2 * targets - 1

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Tell which margins are whole."""
        return self.target_term(targets) * logits > 1

    def lacking(self, logits: Array, targets: Array) -> Array:
        """Return max(1 - s·z, 0)."""
        return np.maximum(1 - self.target_term(targets) * logits, np.zeros((), logits.dtype))

    def compute_lacking(self, logits: Array, target_term: Array, dlogits: Array) -> Calls:
        """Compute max(1 - s·z, 0) in place of the gradient."""
        return [
            partial(np.multiply, logits, target_term, dlogits),
            partial(np.subtract, scalar(1.0, logits.dtype), dlogits, dlogits),
            partial(np.maximum, dlogits, scalar(0.0, logits.dtype), out=dlogits),
        ]


@dataclass(frozen=True, kw_only=True)
class Hinge(_Margin):
    """L = mean(max(1 - s·z, 0)), dL/dz = -s / count where s·z < 1, else 0 (Cortes & Vapnik 1995)."""

    key: ClassVar[str] = "hinge"
    summary: ClassVar[str] = "Distance to a margin of one, for yes/no targets: a linear support vector machine."
    aliases: ClassVar[tuple[str, ...]] = ()

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs."""
        result: Array = np.mean(self.lacking(logits, targets), axis=-2)
        return result

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute -s·sign(max(1 - s·z, 0))/count."""
        del scratch
        return [
            *self.compute_lacking(logits, target_term, dlogits),
            partial(np.sign, dlogits, dlogits),
            partial(np.multiply, dlogits, target_term, dlogits),
            partial(np.multiply, dlogits, scalar(-1 / logits.size, logits.dtype), dlogits),
        ]


@dataclass(frozen=True, kw_only=True)
class SquaredHinge(_Margin):
    """L = mean(max(1 - s·z, 0)²), dL/dz = -2·s·max(1 - s·z, 0) / count."""

    key: ClassVar[str] = "squared_hinge"
    summary: ClassVar[str] = "Squared distance to a margin of one, for yes/no targets."
    aliases: ClassVar[tuple[str, ...]] = ()

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs."""
        result: Array = np.mean(self.lacking(logits, targets) ** 2, axis=-2)
        return result

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute -2·s·max(1 - s·z, 0)/count."""
        del scratch
        return [
            *self.compute_lacking(logits, target_term, dlogits),
            partial(np.multiply, dlogits, target_term, dlogits),
            partial(np.multiply, dlogits, scalar(-2 / logits.size, logits.dtype), dlogits),
        ]


@dataclass(frozen=True, kw_only=True)
class CategoricalHinge:
    """L = mean(max(1 + n - z_t, 0)) with n = max(0, max of the other z); dL/dz = (winner - onehot(t)) / batch.

    Keras' form, whose n is never below 0 (Crammer & Singer 2001 have no such floor).
    """

    key: ClassVar[str] = "categorical_hinge"
    summary: ClassVar[str] = "Distance to a margin of one between a class and the best of the others."
    aliases: ClassVar[tuple[str, ...]] = ()
    targets: ClassVar[Targets] = "classes"
    link_name: ClassVar[str] = "softmax"

    def link(self, logits: Array) -> Array:
        """Return the softmax, whose largest is the largest z; its shares are not calibrated."""
        return CategoricalCrossentropy().link(logits)

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the loss of each example for one-hot targets."""
        result: Array = np.maximum(self._lacking(logits, targets), np.zeros((), logits.dtype))
        return result

    def target_term(self, targets: Array) -> Array:
        """Return the one-hot targets."""
        return targets

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute (winner - onehot)/batch for the examples whose margin lacks something."""
        spread, own, dtype = scratch("spread"), scratch("own"), logits.dtype
        zero = scalar(0.0, dtype)
        return [
            partial(np.multiply, logits, target_term, dlogits),
            *spread_sum(dlogits, own),  # z of the target
            partial(np.subtract, logits, dlogits, dlogits),  # the others, and 0 at the target
            *spread_maximum(dlogits, spread),
            partial(np.equal, dlogits, spread, out=dlogits),  # the winner: the target itself where all are below 0
            partial(np.subtract, dlogits, target_term, dlogits),
            partial(np.maximum, dlogits, zero, out=dlogits),
            partial(np.subtract, dlogits, target_term, dlogits),
            partial(np.subtract, spread, own, spread),
            partial(np.add, spread, scalar(1.0, dtype), spread),  # what lacks
            partial(np.maximum, spread, zero, out=spread),
            partial(np.sign, spread, spread),
            partial(np.multiply, dlogits, spread, dlogits),
            partial(np.multiply, dlogits, scalar(1 / logits.shape[1], dtype), dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Tell which margins are whole, and who wins among the others."""
        others = logits * (1 - targets)
        winner = others == others.max(axis=-2, keepdims=True)
        return np.concatenate([winner, (self._lacking(logits, targets) > 0)[..., None, :]], axis=-2)

    def _lacking(self, logits: Array, targets: Array) -> Array:
        own = (logits * targets).sum(axis=-2)
        lacking: Array = 1 + (logits * (1 - targets)).max(axis=-2) - own
        return lacking
