"""The mean of squared errors."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.losses.base import Scratch, Targets


@dataclass(frozen=True, kw_only=True)
class MeanSquaredError:
    """L = mean((z - t)²), dL/dz = 2·(z - t) / count."""

    key: ClassVar[str] = "mean_squared_error"
    summary: ClassVar[str] = "Mean of (output - target)²."
    aliases: ClassVar[tuple[str, ...]] = ("mse",)
    targets: ClassVar[Targets] = "values"
    link_name: ClassVar[str] = "linear"

    def link(self, logits: Array) -> Array:
        """Return the logits themselves."""
        return logits

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs."""
        errors = logits - targets
        result: Array = np.mean(errors * errors, axis=-2)
        return result

    def target_term(self, targets: Array) -> Array:
        """Return the targets."""
        return targets

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute (z - t)·2/count."""
        del scratch
        return [
            partial(np.subtract, logits, target_term, dlogits),
            partial(np.multiply, dlogits, scalar(2 / logits.size, logits.dtype), dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Return nothing: the loss is smooth."""
        del logits, targets
        return np.empty(0, bool)
