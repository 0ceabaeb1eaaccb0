"""The interface of an initializer: how an array of parameters starts."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from neural.engine.arrays import Array
from neural.fields import check


class Initializer(Protocol):
    """How an array of parameters starts."""

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]]
    has_fans: ClassVar[bool]  # as wide as the number of inputs or outputs asks for

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw first values in float64."""
        ...


@dataclass(frozen=True, kw_only=True)
class Plain:
    """An initializer whose parameters are checked, with no other name."""

    aliases: ClassVar[tuple[str, ...]] = ()
    has_fans: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check(self)
