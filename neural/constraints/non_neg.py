"""The constraint to values of at least zero."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.layouts import Shape


@dataclass(frozen=True, kw_only=True)
class NonNeg:
    """w ← max(w, 0), the projection onto values of at least zero. Source: Lee & Seung 1999."""

    key: ClassVar[str] = "non_neg"
    summary: ClassVar[str] = "Nothing below zero: w ← max(w, 0)."
    aliases: ClassVar[tuple[str, ...]] = ("non_negative",)

    def check_shape(self, where: str, shape: Shape) -> None:
        """Hold for every array."""
        del where, shape

    def hold(self, w: Array, scratch: Array | None = None) -> Calls:
        """Cut what is below zero."""
        del scratch
        return [partial(np.maximum, w, scalar(0.0, w.dtype), out=w)]
