"""The mean of squared errors of logarithms."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.losses.base import Scratch, Targets

_SMALLEST = 1e-7  # smaller outputs and targets count as this, as in Keras


@dataclass(frozen=True, kw_only=True)
class MeanSquaredLogarithmicError:
    """L = mean(d²) with d = log(1 + max(z, 1e-7)) - log(1 + max(t, 1e-7)), dL/dz = 2·d·[z > 1e-7] / (1 + z) / count."""

    key: ClassVar[str] = "mean_squared_logarithmic_error"
    summary: ClassVar[str] = (
        "Mean of squared differences of log(1 + value): for targets of 0 and more that span decades."
    )
    aliases: ClassVar[tuple[str, ...]] = ("msle",)
    targets: ClassVar[Targets] = "values"
    link_name: ClassVar[str] = "linear"
    raw_targets: ClassVar[bool] = True

    def link(self, logits: Array) -> Array:
        """Return the logits themselves."""
        return logits

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs."""
        result: Array = np.mean((_logarithm(logits) - _logarithm(targets)) ** 2, axis=-2)
        return result

    def target_term(self, targets: Array) -> Array:
        """Return log(1 + t)."""
        return _logarithm(targets)

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute 2/count·(log(1 + z) - log(1 + t)) / (1 + z), and 0 where z is as good as 0 or below."""
        above, bounded, dtype = scratch("above"), scratch("bounded"), logits.dtype
        least, one = scalar(_SMALLEST, dtype), scalar(1.0, dtype)
        return [
            partial(np.maximum, logits, least, out=bounded),
            partial(np.subtract, bounded, least, above),
            partial(np.sign, above, above),
            partial(np.log1p, bounded, dlogits),
            partial(np.subtract, dlogits, target_term, dlogits),
            partial(np.multiply, dlogits, scalar(2 / logits.size, dtype), dlogits),
            partial(np.add, bounded, one, bounded),
            partial(np.divide, dlogits, bounded, dlogits),
            partial(np.multiply, dlogits, above, dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Tell which logits count as they are."""
        del targets
        return logits > logits.dtype.type(_SMALLEST)


def _logarithm(values: Array) -> Array:
    result: Array = np.log1p(np.maximum(values, values.dtype.type(_SMALLEST)))
    return result
