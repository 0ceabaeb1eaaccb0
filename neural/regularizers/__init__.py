"""The table of regularizers: penalties on the parameters or the outputs of one layer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from neural.errors import UnknownComponent
from neural.fields import choice
from neural.regularizers.base import Regularizer
from neural.regularizers.l1_l2 import L1, L1L2, L2
from neural.regularizers.without import Without

_ALL: tuple[type[Regularizer], ...] = (Without, L1, L2, L1L2)
REGULARIZERS: Mapping[str, type[Regularizer]] = MappingProxyType({found.key: found for found in _ALL})


def regularizer(name: str | Regularizer) -> Regularizer:
    """Find a regularizer by name; a description is returned as it is."""
    if not isinstance(name, str):
        return name
    if name not in REGULARIZERS:
        raise UnknownComponent("regularizer", name, tuple(REGULARIZERS))
    return REGULARIZERS[name]()


def regularized(what: str) -> Any:
    """Declare a layer's penalty on one of its parameters, or on its outputs."""
    return choice("none", lambda: REGULARIZERS, summary=f"Penalty on {what}.", order=8, optional=True)


__all__ = ["L1", "L1L2", "L2", "REGULARIZERS", "Regularizer", "regularized", "regularizer"]
