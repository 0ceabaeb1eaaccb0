"""The quantile (pinball) loss, whose minimum is a quantile instead of the mean."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real
from neural.losses.base import Scratch, Targets


@dataclass(frozen=True, kw_only=True)
class Quantile:
    """L = mean(max(q·(t - z), (q - 1)·(t - z))), dL/dz = ([z > t] - q) / count (Koenker & Bassett 1978)."""

    key: ClassVar[str] = "quantile"
    summary: ClassVar[str] = "Pinball loss: the best output is the quantile q of the target, 0.5 the median."
    aliases: ClassVar[tuple[str, ...]] = ("pinball",)
    targets: ClassVar[Targets] = "values"
    link_name: ClassVar[str] = "linear"

    q: float = real(0.5, exclusive_minimum=0, exclusive_maximum=1, summary="Share of the targets below the output.")

    def __post_init__(self) -> None:
        check(self)

    def link(self, logits: Array) -> Array:
        """Return the logits themselves."""
        return logits

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the mean over the outputs."""
        missing, q = targets - logits, targets.dtype.type(self.q)
        result: Array = np.mean(np.maximum(q * missing, (q - 1) * missing), axis=-2)
        return result

    def target_term(self, targets: Array) -> Array:
        """Return the targets."""
        return targets

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute ([z > t] - q)/count."""
        del scratch
        dtype = logits.dtype
        return [
            partial(np.subtract, logits, target_term, dlogits),
            partial(np.heaviside, dlogits, scalar(0.0, dtype), dlogits),
            partial(np.subtract, dlogits, scalar(self.q, dtype), dlogits),
            partial(np.multiply, dlogits, scalar(1 / logits.size, dtype), dlogits),
        ]

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Tell which logits lie above their target."""
        return logits > targets
