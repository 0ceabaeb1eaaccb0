"""Constraints on the length of the weights that flow into each unit."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.layouts import Shape
from neural.errors import ParameterOutOfRange
from neural.fields import check, real, sizes

EPSILON = 1e-7  # Keras' backend.epsilon()
AXIS = "Axes along which lengths are taken, counted from 0; of a convolution [0, 1, 2]."


@dataclass(frozen=True, kw_only=True)
class _Norm(ABC):
    """w ← w · wanted / (‖w‖ + 1e-7), with lengths along `axis`, as Keras' constraints do."""

    key: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()

    axis: tuple[int, ...]

    def __post_init__(self) -> None:
        check(self)

    def check_shape(self, where: str, shape: Shape) -> None:
        """Raise ParameterOutOfRange where an axis does not exist, or is named twice."""
        rank = len(shape)
        axes = {axis % rank for axis in self.axis if -rank <= axis < rank}
        if len(axes) < len(self.axis):
            layer, _, option = where.partition(".")
            expected = f"different axes from {-rank} to {rank - 1}, for an array of the shape {list(shape)}"
            raise ParameterOutOfRange(layer, f"{option}.axis", list(self.axis), expected=expected)

    @abstractmethod
    def wanted(self, norms: Array, wanted: Array) -> Calls:
        """Compute the lengths that are wanted in place of `norms`."""

    def hold(self, w: Array, scratch: Array | None = None) -> Calls:
        """Scale along the axes."""
        squares = np.empty_like(w) if scratch is None else scratch[: w.size].reshape(w.shape)
        norms = np.empty_like(np.add.reduce(np.zeros_like(w), self.axis, keepdims=True))  # `squares` holds anything yet
        wanted = np.empty_like(norms)
        return [
            partial(np.multiply, w, w, squares),
            partial(np.add.reduce, squares, self.axis, None, norms, keepdims=True),
            partial(np.sqrt, norms, norms),
            *self.wanted(norms, wanted),
            partial(np.add, norms, scalar(EPSILON, w.dtype), norms),
            partial(np.divide, wanted, norms, wanted),
            partial(np.multiply, w, wanted, w),
        ]


@dataclass(frozen=True, kw_only=True)
class MaxNorm(_Norm):
    """Lengths of at most `max_value`. Source: Srebro & Shraibman 2005, Srivastava et al. 2014."""

    key: ClassVar[str] = "max_norm"
    summary: ClassVar[str] = "Lengths of at most `max_value` of what flows into each unit."

    max_value: float = real(2.0, exclusive_minimum=0, summary="The largest length.")
    axis: tuple[int, ...] = sizes((0,), axes=0, minimum=-4, maximum=3, summary=AXIS)

    def wanted(self, norms: Array, wanted: Array) -> Calls:
        """Cut at the largest length."""
        return [partial(np.minimum, norms, scalar(self.max_value, norms.dtype), out=wanted)]


@dataclass(frozen=True, kw_only=True)
class UnitNorm(_Norm):
    """Lengths of 1. Source: Salimans & Kingma 2016, who learn the length apart."""

    key: ClassVar[str] = "unit_norm"
    summary: ClassVar[str] = "A length of 1 of what flows into each unit."

    axis: tuple[int, ...] = sizes((0,), axes=0, minimum=-4, maximum=3, summary=AXIS)

    def wanted(self, norms: Array, wanted: Array) -> Calls:
        """Want 1."""
        del norms
        return [partial(wanted.fill, 1)]


@dataclass(frozen=True, kw_only=True)
class MinMaxNorm(_Norm):
    """Lengths brought into a range, by the share `rate` at each step."""

    key: ClassVar[str] = "min_max_norm"
    summary: ClassVar[str] = "Lengths between two bounds of what flows into each unit."

    min_value: float = real(0.0, minimum=0, summary="The smallest length.")
    max_value: float = real(1.0, exclusive_minimum=0, summary="The largest length.")
    rate: float = real(1.0, minimum=0, maximum=1, summary="Share of the way that each step goes.")
    axis: tuple[int, ...] = sizes((0,), axes=0, minimum=-4, maximum=3, summary=AXIS)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.max_value < self.min_value:
            expected = f"a number of at least min_value, {self.min_value:g}"
            raise ParameterOutOfRange(self.key, "max_value", self.max_value, expected=expected)

    def wanted(self, norms: Array, wanted: Array) -> Calls:
        """Compute rate · clip(‖w‖, min, max) + (1 - rate) · ‖w‖, as ‖w‖ - rate · (‖w‖ - clip)."""
        least, most, rate = (scalar(each, norms.dtype) for each in (self.min_value, self.max_value, self.rate))
        return [
            partial(np.maximum, norms, least, out=wanted),
            partial(np.minimum, wanted, most, out=wanted),
            partial(np.subtract, norms, wanted, wanted),
            partial(np.multiply, wanted, rate, wanted),
            partial(np.subtract, norms, wanted, wanted),
        ]
