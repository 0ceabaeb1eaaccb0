"""Hyperparameters of components: type, default and bounds are declared once, on the dataclass field itself."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields, replace
from functools import cache
from typing import Any, Literal

from neural.errors import ParameterOutOfRange

ParameterType = Literal["int", "float", "bool", "choice", "sizes", "ints", "floats"]
MOST_NUMBERS = 100  # of one list


@dataclass(frozen=True, kw_only=True)
class ParameterInfo:
    """What a parameter accepts."""

    name: str
    type: ParameterType
    default: object  # None: must be given
    summary: str
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    choices: tuple[str, ...] = ()
    axes: int = 0  # of sizes: how many there are, one for each axis; 0: one to four
    optional: bool = False  # says nothing where it is not given, so that no spec holds it then

    def expected(self) -> str:
        """Say in words what is accepted."""
        if self.type == "choice":
            return f"one of {', '.join(self.choices)}"
        if self.type == "bool":
            return "true or false"
        bounds = [
            f"{words} {bound:g}"
            for words, bound in (
                ("at least", self.minimum),
                ("above", self.exclusive_minimum),
                ("at most", self.maximum),
                ("below", self.exclusive_maximum),
            )
            if bound is not None
        ]
        if self.type in {"ints", "floats"}:
            kind = "whole numbers" if self.type == "ints" else "numbers"
            return " ".join([f"a list of at most {MOST_NUMBERS} {kind}", " and ".join(bounds)]).strip()
        words = " ".join(["a number" if self.type == "float" else "a whole number", " and ".join(bounds)]).strip()
        if self.type != "sizes":
            return words
        return f"{words}, or a list of {self.axes} of them" if self.axes else "a list of one to four whole numbers"

    def accepts(self, value: object) -> bool:
        """Tell whether a value has the right type and lies within the bounds."""
        if self.type == "bool":
            return isinstance(value, bool)
        if self.type == "choice":
            return isinstance(value, str) and value in self.choices
        if self.type in {"sizes", "ints", "floats"} and isinstance(value, list | tuple):
            return self._accepts_list(value)
        if self.type in {"ints", "floats"} or (self.type == "sizes" and not self.axes):
            return False
        if isinstance(value, bool) or not isinstance(value, (int, float) if self.type == "float" else int):
            return False
        return math.isfinite(value) and self._within_bounds(value)

    def _accepts_list(self, values: Sequence[object]) -> bool:
        if self.type == "sizes":
            fits = len(values) == self.axes if self.axes else 1 <= len(values) <= 4
        else:
            fits = len(values) <= MOST_NUMBERS
        item = replace(self, type="float" if self.type == "floats" else "int")
        return fits and all(item.accepts(value) for value in values)

    def _within_bounds(self, value: float) -> bool:
        return (
            (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
            and (self.exclusive_minimum is None or value > self.exclusive_minimum)
            and (self.exclusive_maximum is None or value < self.exclusive_maximum)
        )


def real(default: float | None = None, *, summary: str, order: int = 0, **bounds: float) -> Any:
    """Declare a float parameter; bounds are minimum, maximum, exclusive_minimum, exclusive_maximum."""
    return _declare("float", default, summary, bounds=bounds, order=order)


def integer(default: int | None = None, *, summary: str, order: int = 0, **bounds: float) -> Any:
    """Declare an int parameter."""
    return _declare("int", default, summary, bounds=bounds, order=order)


def sizes(
    default: int | tuple[int, ...] | None = None, *, axes: int, summary: str, order: int = 0, **bounds: float
) -> Any:
    """Declare whole numbers, one for each axis, one number for all of them; without `axes`, a list of one to four."""
    return _declare("sizes", default, summary, bounds=bounds, axes=axes, order=order)


def numbers(default: tuple[float, ...] | None = None, *, whole: bool, summary: str, **bounds: float) -> Any:
    """Declare a list of numbers."""
    return _declare("ints" if whole else "floats", default, summary, bounds=bounds)


def per_axis(value: int | Sequence[int], axes: int = 2) -> tuple[int, ...]:
    """Give one size for each axis."""
    return (value,) * axes if isinstance(value, int) else tuple(value)


def flag(*, default: bool, summary: str, order: int = 0, optional: bool = False) -> Any:
    """Declare a bool parameter; an optional one stays unsaid where it is not given."""
    return _declare("bool", default, summary, order=order, optional=optional)


def choice(
    default: str | None,
    choices: Callable[[], Mapping[str, Any]],
    *,
    summary: str,
    order: int = 0,
    optional: bool = False,
) -> Any:
    """Declare a parameter that names an entry of a table; an optional one stays unsaid where it is not given."""
    return _declare("choice", default, summary, choices=choices, order=order, optional=optional)


def _declare(
    kind: ParameterType,
    default: object,
    summary: str,
    *,
    bounds: Mapping[str, float] | None = None,
    choices: Callable[[], Mapping[str, Any]] | None = None,
    axes: int = 0,
    order: int = 0,
    optional: bool = False,
) -> Any:
    metadata = {"type": kind, "summary": summary, "bounds": dict(bounds or {}), "choices": choices, "axes": axes}
    metadata |= {"order": order, "optional": optional}
    return field(metadata=metadata) if default is None else field(default=default, metadata=metadata)


@cache
def parameters_of(component: type) -> tuple[ParameterInfo, ...]:
    """List the declared parameters of a component's class, by their `order`: a dataclass has those of a base first."""
    declared = [each for each in fields(component) if "type" in each.metadata]
    return tuple(_info(each) for each in sorted(declared, key=lambda each: each.metadata["order"]))


def _info(declared: Field[Any]) -> ParameterInfo:
    required = declared.default is declared.default_factory  # both MISSING
    choices = declared.metadata["choices"]
    return ParameterInfo(
        name=declared.name,
        type=declared.metadata["type"],
        default=None if required else declared.default,
        summary=declared.metadata["summary"],
        choices=tuple(choices()) if choices else (),
        axes=declared.metadata["axes"],
        optional=declared.metadata["optional"],
        **declared.metadata["bounds"],
    )


def check(component: Any) -> None:
    """Raise ParameterOutOfRange if a parameter of a component has a wrong type or lies outside its bounds."""
    for info in parameters_of(type(component)):  # type: ignore[arg-type]  # mypy takes no class for hashable
        value = getattr(component, info.name)
        if info.type != "choice" and not info.accepts(value):
            raise ParameterOutOfRange(component.key, info.name, value, expected=info.expected())
        if isinstance(value, list):
            object.__setattr__(component, info.name, tuple(value))  # as frozen as the rest
