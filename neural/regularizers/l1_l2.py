"""Penalties on absolute values and on squares."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real


@dataclass(frozen=True, kw_only=True)
class L1:
    """l1·Σ|w|, which pulls small weights to zero; dw = l1·sign(w), 0 at 0 as in TensorFlow. Source: Tibshirani 1996."""

    key: ClassVar[str] = "l1"
    summary: ClassVar[str] = "l1 · Σ/w/: a pull of one strength, until a weight is zero."
    aliases: ClassVar[tuple[str, ...]] = ()

    l1: float = real(0.01, minimum=0, summary="Factor of the absolute values.")

    def __post_init__(self) -> None:
        check(self)

    def value(self, w: Array) -> float:
        """Compute l1·Σ|w|."""
        return float(self.l1 * np.abs(w).sum())

    def add_gradient(self, w: Array, dw: Array, scratch: Array, *, share: float = 1.0) -> Calls:
        """Add l1·sign(w)."""
        if not self.l1:
            return []
        l1 = scalar(self.l1 * share, w.dtype)
        return [
            partial(np.sign, w, scratch),
            partial(np.multiply, scratch, l1, scratch),
            partial(np.add, dw, scratch, dw),
        ]


@dataclass(frozen=True, kw_only=True)
class L2:
    """l2·Σw², which keeps weights small; dw = 2·l2·w. Source: Hoerl & Kennard 1970, Krogh & Hertz 1991."""

    key: ClassVar[str] = "l2"
    summary: ClassVar[str] = "l2 · Σw²: the larger a weight, the stronger the pull."
    aliases: ClassVar[tuple[str, ...]] = ()

    l2: float = real(0.01, minimum=0, summary="Factor of the squares.")

    def __post_init__(self) -> None:
        check(self)

    def value(self, w: Array) -> float:
        """Compute l2·Σw²."""
        return float(self.l2 * np.square(w).sum())

    def add_gradient(self, w: Array, dw: Array, scratch: Array, *, share: float = 1.0) -> Calls:
        """Add 2·l2·w."""
        if not self.l2:
            return []
        l2 = scalar(2 * self.l2 * share, w.dtype)
        return [partial(np.multiply, w, l2, scratch), partial(np.add, dw, scratch, dw)]


@dataclass(frozen=True, kw_only=True)
class L1L2:
    """l1·Σ|w| + l2·Σw², the elastic net. Source: Zou & Hastie 2005."""

    key: ClassVar[str] = "l1_l2"
    summary: ClassVar[str] = "l1 · Σ/w/ + l2 · Σw²: both at once."
    aliases: ClassVar[tuple[str, ...]] = ("elastic_net",)

    l1: float = real(0.01, minimum=0, summary="Factor of the absolute values.")
    l2: float = real(0.01, minimum=0, summary="Factor of the squares.")

    def __post_init__(self) -> None:
        check(self)

    def value(self, w: Array) -> float:
        """Compute both."""
        return sum(part.value(w) for part in self._parts())

    def add_gradient(self, w: Array, dw: Array, scratch: Array, *, share: float = 1.0) -> Calls:
        """Add l1·sign(w), then 2·l2·w."""
        return [call for part in self._parts() for call in part.add_gradient(w, dw, scratch, share=share)]

    def _parts(self) -> tuple[L1, L2]:
        return L1(l1=self.l1), L2(l2=self.l2)
