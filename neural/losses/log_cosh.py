"""The log-cosh loss, squared near the target and absolute far from it, without a seam."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.losses.base import Scratch, Targets


@dataclass(frozen=True, kw_only=True)
class LogCosh:
    """L = mean(log cosh(z - t)), dL/dz = tanh(z - t) / count."""

    key: ClassVar[str] = "log_cosh"
    summary: ClassVar[str] = "Mean of log(cosh(output - target)): squared near the target, absolute far from it."
    aliases: ClassVar[tuple[str, ...]] = ("logcosh",)
    targets: ClassVar[Targets] = "values"
    link_name: ClassVar[str] = "linear"

    def link(self, logits: Array) -> Array:
        """Return the logits themselves."""
        return logits

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs of |e| + log(1 + e^(-2|e|)) - log 2, which overflows nowhere."""
        errors = np.abs(logits - targets)
        result: Array = np.mean(errors + np.log1p(np.exp(-2 * errors)), axis=-2) - logits.dtype.type(math.log(2))
        return result

    def target_term(self, targets: Array) -> Array:
        """Return the targets."""
        return targets

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute tanh(z - t)/count."""
        del scratch
        return [
            partial(np.subtract, logits, target_term, dlogits),
            partial(np.tanh, dlogits, dlogits),
            partial(np.multiply, dlogits, scalar(1 / logits.size, logits.dtype), dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Return nothing: the loss is smooth."""
        del logits, targets
        return np.empty(0, bool)
