"""The mean of absolute errors."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.losses.base import Scratch, Targets


@dataclass(frozen=True, kw_only=True)
class MeanAbsoluteError:
    """L = mean|z - t|, dL/dz = sign(z - t) / count."""

    key: ClassVar[str] = "mean_absolute_error"
    summary: ClassVar[str] = "Mean of |output - target|."
    aliases: ClassVar[tuple[str, ...]] = ("mae",)
    targets: ClassVar[Targets] = "values"
    link_name: ClassVar[str] = "linear"

    def link(self, logits: Array) -> Array:
        """Return the logits themselves."""
        return logits

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs."""
        result: Array = np.mean(np.abs(logits - targets), axis=-2)
        return result

    def target_term(self, targets: Array) -> Array:
        """Return the targets."""
        return targets

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute sign(z - t)/count."""
        del scratch
        return [
            partial(np.subtract, logits, target_term, dlogits),
            partial(np.sign, dlogits, dlogits),
            partial(np.multiply, dlogits, scalar(1 / logits.size, logits.dtype), dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Tell which logits lie above their target."""
        return logits > targets
