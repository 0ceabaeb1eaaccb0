"""Focal losses: cross-entropies in which examples that are already right count less."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.reductions import spread_maximum, spread_sum
from neural.fields import check, flag, real
from neural.losses.base import Scratch, Targets
from neural.losses.binary_crossentropy import BinaryCrossentropy
from neural.losses.categorical_crossentropy import CategoricalCrossentropy

_GAMMA = "How much less an example counts the surer its answer is; 0: the plain cross-entropy."


@dataclass(frozen=True, kw_only=True)
class BinaryFocalCrossentropy:
    """L = mean(-w·q^γ·log p) with p = σ(s·z), q = 1 - p, s = 2t - 1; dL/dz = w·s·q^γ·(γ·p·log p - q) / count.

    With balancing, w is α for yes and 1 - α for no, else 1. Source: Lin et al. 2017; the defaults are Keras'.
    """

    key: ClassVar[str] = "binary_focal_crossentropy"
    summary: ClassVar[str] = "Cross-entropy of yes/no targets that counts sure answers less; for rare classes."
    aliases: ClassVar[tuple[str, ...]] = ("focal", "binary_focal")
    targets: ClassVar[Targets] = "labels"
    link_name: ClassVar[str] = "sigmoid"

    gamma: float = real(2.0, minimum=0, summary=_GAMMA)
    apply_class_balancing: bool = flag(default=False, summary="Whether yes and no weigh alpha and 1 - alpha.")
    alpha: float = real(0.25, minimum=0, maximum=1, summary="Weight of yes where classes are balanced.")

    def __post_init__(self) -> None:
        check(self)

    def link(self, logits: Array) -> Array:
        """Return σ(z)."""
        return BinaryCrossentropy().link(logits)

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs; -log p = log(1 + e^(-s·z))."""
        signed = (2 * targets - 1) * logits
        surprise = np.maximum(-signed, 0) + np.log1p(np.exp(-np.abs(signed)))
        weighed = surprise * self._weights(2 * targets - 1) if self.apply_class_balancing else surprise
        result: Array = np.mean(self.link(-signed) ** self.gamma * weighed, axis=-2)
        return result

    def target_term(self, targets: Array) -> Array:
        """Return the sign s."""
        return 2 * targets - 1

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute s·q^γ·(γ·p·log p - q)/count, with q = (1 - tanh(s·z/2))/2 and log p = min(a, 0) - log(1 + e^-|a|)."""
        q, surprise, dtype = scratch("q"), scratch("surprise"), logits.dtype
        half, one, zero = scalar(0.5, dtype), scalar(1.0, dtype), scalar(0.0, dtype)
        return [
            partial(np.multiply, logits, target_term, dlogits),  # a = s·z
            partial(np.abs, dlogits, surprise),
            partial(np.negative, surprise, surprise),
            partial(np.exp, surprise, surprise),
            partial(np.log1p, surprise, surprise),
            partial(np.minimum, dlogits, zero, out=q),
            partial(np.subtract, q, surprise, surprise),  # log p
            partial(np.multiply, dlogits, half, q),
            partial(np.tanh, q, q),
            partial(np.subtract, one, q, q),
            partial(np.multiply, q, half, q),
            partial(np.subtract, one, q, dlogits),  # p
            partial(np.multiply, dlogits, surprise, dlogits),
            partial(np.multiply, dlogits, scalar(self.gamma, dtype), dlogits),
            partial(np.subtract, dlogits, q, dlogits),
            partial(np.power, q, scalar(self.gamma, dtype), q),
            partial(np.multiply, dlogits, q, dlogits),
            partial(np.multiply, dlogits, target_term, dlogits),
            partial(np.multiply, dlogits, scalar(1 / logits.size, dtype), dlogits),
            *self._balance(target_term, dlogits, q),
        ]

    def _balance(self, signs: Array, dlogits: Array, scratch: Array) -> Calls:
        if not self.apply_class_balancing:
            return []
        return [
            partial(np.multiply, signs, scalar(self.alpha - 0.5, signs.dtype), scratch),
            partial(np.add, scratch, scalar(0.5, signs.dtype), scratch),
            partial(np.multiply, dlogits, scratch, dlogits),
        ]

    def _weights(self, signs: Array) -> Array:
        """Return α for a sign of 1, 1 - α for -1."""
        result: Array = signs.dtype.type(0.5) + signs * signs.dtype.type(self.alpha - 0.5)
        return result

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Return nothing: the loss is smooth."""
        del logits, targets
        return np.empty(0, bool)


@dataclass(frozen=True, kw_only=True)
class CategoricalFocalCrossentropy:
    """L = mean(-α·q^γ·log p) with p = softmax(z)_t, q = 1 - p; dL/dz = α·(γ·p·q^(γ-1)·log p - q^γ)·(onehot - softmax).

    Source: Lin et al. 2017; the defaults are Keras'.
    """

    key: ClassVar[str] = "categorical_focal_crossentropy"
    summary: ClassVar[str] = "Cross-entropy of class ids that counts sure answers less; for rare classes."
    aliases: ClassVar[tuple[str, ...]] = ("categorical_focal",)
    targets: ClassVar[Targets] = "classes"
    link_name: ClassVar[str] = "softmax"

    alpha: float = real(0.25, exclusive_minimum=0, summary="Weight of the whole loss.")
    gamma: float = real(2.0, minimum=1, summary="How much less an example counts the surer its answer is.")

    def __post_init__(self) -> None:
        check(self)

    def link(self, logits: Array) -> Array:
        """Return the softmax."""
        return CategoricalCrossentropy().link(logits)

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the loss of each example."""
        surprise = CategoricalCrossentropy().values(logits, targets)
        result: Array = logits.dtype.type(self.alpha) * (-np.expm1(-surprise)) ** self.gamma * surprise
        return result

    def target_term(self, targets: Array) -> Array:
        """Return the one-hot targets."""
        return targets

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute the softmax, its share p of the target, then the factor of (onehot - softmax)."""
        spread, share, q, dtype = scratch("spread"), scratch("share"), scratch("q"), logits.dtype
        alpha, gamma = scalar(self.alpha / logits.shape[1], dtype), scalar(self.gamma, dtype)
        return [
            *spread_maximum(logits, spread),
            partial(np.subtract, logits, spread, dlogits),
            partial(np.exp, dlogits, dlogits),
            *spread_sum(dlogits, spread),
            partial(np.divide, dlogits, spread, dlogits),
            partial(np.multiply, dlogits, target_term, spread),
            *spread_sum(spread, share),  # p of the target
            partial(np.maximum, share, scalar(float(np.finfo(dtype).tiny), dtype), out=share),
            partial(np.subtract, scalar(1.0, dtype), share, q),
            partial(np.log, share, spread),
            partial(np.multiply, spread, share, spread),
            partial(np.multiply, spread, gamma, spread),
            partial(np.subtract, spread, q, spread),
            partial(np.power, q, scalar(self.gamma - 1, dtype), q),
            partial(np.multiply, spread, q, spread),  # γ·p·q^(γ-1)·log p - q^γ
            partial(np.multiply, spread, alpha, spread),
            partial(np.subtract, target_term, dlogits, dlogits),
            partial(np.multiply, dlogits, spread, dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Return nothing: the loss is smooth."""
        del logits, targets
        return np.empty(0, bool)
