"""The Huber loss, squared near the target and absolute far from it."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real
from neural.losses.base import Scratch, Targets


@dataclass(frozen=True, kw_only=True)
class Huber:
    """L = mean(e²/2 where |e| ≤ δ, else δ·|e| - δ²/2), dL/dz = clip(e, -δ, δ) / count, with e = z - t (Huber 1964)."""

    key: ClassVar[str] = "huber"
    summary: ClassVar[str] = "Squared for errors up to delta, absolute beyond."
    aliases: ClassVar[tuple[str, ...]] = ()
    targets: ClassVar[Targets] = "values"
    link_name: ClassVar[str] = "linear"

    delta: float = real(1.0, exclusive_minimum=0, summary="Error at which the loss turns from squared to absolute.")

    def __post_init__(self) -> None:
        check(self)

    def link(self, logits: Array) -> Array:
        """Return the logits themselves."""
        return logits

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs; with c = min(|e|, δ) both cases are c·(|e| - c/2)."""
        errors = np.abs(logits - targets)
        near = np.minimum(errors, np.asarray(self.delta, errors.dtype))
        result: Array = np.mean(near * (errors - near / 2), axis=-2)
        return result

    def target_term(self, targets: Array) -> Array:
        """Return the targets."""
        return targets

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute clip(z - t, -δ, δ)/count."""
        del scratch
        dtype = logits.dtype
        return [
            partial(np.subtract, logits, target_term, dlogits),
            partial(np.minimum, dlogits, scalar(self.delta, dtype), out=dlogits),
            partial(np.maximum, dlogits, scalar(-self.delta, dtype), out=dlogits),
            partial(np.multiply, dlogits, scalar(1 / logits.size, dtype), dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Tell which logits lie further than delta above, and which further than delta below."""
        errors = logits - targets
        return np.stack([errors > self.delta, errors < -self.delta])
