"""The mean of absolute errors, in percent of the target."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.losses.base import Scratch, Targets

_SMALLEST = 1e-7  # a target nearer to zero counts as this far, as in Keras


@dataclass(frozen=True, kw_only=True)
class MeanAbsolutePercentageError:
    """L = 100·mean(|z - t| / max(|t|, 1e-7)), dL/dz = 100·sign(z - t) / max(|t|, 1e-7) / count."""

    key: ClassVar[str] = "mean_absolute_percentage_error"
    summary: ClassVar[str] = "Mean of |output - target| in percent of |target|; wants targets far from zero."
    aliases: ClassVar[tuple[str, ...]] = ("mape",)
    targets: ClassVar[Targets] = "values"
    link_name: ClassVar[str] = "linear"
    raw_targets: ClassVar[bool] = True

    def link(self, logits: Array) -> Array:
        """Return the logits themselves."""
        return logits

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs."""
        sizes = np.maximum(np.abs(targets), targets.dtype.type(_SMALLEST))
        result: Array = 100 * np.mean(np.abs(logits - targets) / sizes, axis=-2)
        return result

    def target_term(self, targets: Array) -> Array:
        """Return the targets."""
        return targets

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute 100/count·sign(z - t) / max(|t|, 1e-7)."""
        sizes, dtype = scratch("sizes"), logits.dtype
        return [
            partial(np.abs, target_term, sizes),
            partial(np.maximum, sizes, scalar(_SMALLEST, dtype), out=sizes),
            partial(np.subtract, logits, target_term, dlogits),
            partial(np.sign, dlogits, dlogits),
            partial(np.multiply, dlogits, scalar(100 / logits.size, dtype), dlogits),
            partial(np.divide, dlogits, sizes, dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Tell which logits lie above their target."""
        return logits > targets
