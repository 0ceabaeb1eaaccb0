"""The table of constraints: what the parameters of one layer are held to after each step."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from neural.constraints.base import Constraint
from neural.constraints.non_neg import NonNeg
from neural.constraints.norms import MaxNorm, MinMaxNorm, UnitNorm
from neural.constraints.without import Without
from neural.errors import UnknownComponent
from neural.fields import choice

_ALL: tuple[type[Constraint], ...] = (Without, NonNeg, MaxNorm, UnitNorm, MinMaxNorm)
CONSTRAINTS: Mapping[str, type[Constraint]] = MappingProxyType({found.key: found for found in _ALL})


def constraint(name: str | Constraint) -> Constraint:
    """Find a constraint by name; a description is returned as it is."""
    if not isinstance(name, str):
        return name
    if name not in CONSTRAINTS:
        raise UnknownComponent("constraint", name, tuple(CONSTRAINTS))
    return CONSTRAINTS[name]()


def constrained(what: str) -> Any:
    """Declare what a layer holds one of its parameters to."""
    return choice("none", lambda: CONSTRAINTS, summary=f"Limit on {what}, after each step.", order=9, optional=True)


__all__ = ["CONSTRAINTS", "Constraint", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm", "constrained", "constraint"]
