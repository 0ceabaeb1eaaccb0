"""The Poisson loss, for counts."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.losses.base import Scratch, Targets


@dataclass(frozen=True, kw_only=True)
class Poisson:
    """L = mean(e^z - t·z), dL/dz = (e^z - t) / count: the likelihood of counts t ≥ 0 with the mean e^z.

    The link is the exponential function; what does not depend on z is left out, as in Keras.
    """

    key: ClassVar[str] = "poisson"
    summary: ClassVar[str] = "Likelihood of counts; its link is the exponential function."
    aliases: ClassVar[tuple[str, ...]] = ()
    targets: ClassVar[Targets] = "values"
    link_name: ClassVar[str] = "exponential"
    raw_targets: ClassVar[bool] = True
    smallest_target: ClassVar[float] = 0.0

    def link(self, logits: Array) -> Array:
        """Return e^z."""
        powers: Array = np.exp(logits)
        return powers

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs."""
        result: Array = np.mean(np.exp(logits) - targets * logits, axis=-2)
        return result

    def target_term(self, targets: Array) -> Array:
        """Return t / count."""
        return targets * targets.dtype.type(1 / (targets.shape[-1] * targets.shape[-2]))

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute e^z/count - t/count."""
        del scratch
        return [
            partial(np.exp, logits, dlogits),
            partial(np.multiply, dlogits, scalar(1 / logits.size, logits.dtype), dlogits),
            partial(np.subtract, dlogits, target_term, dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Return nothing: the loss is smooth."""
        del logits, targets
        return np.empty(0, bool)
