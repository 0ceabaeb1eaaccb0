"""The interface of a constraint: where it holds, and how values are brought back to it."""

from typing import ClassVar, Protocol

from neural.engine.arrays import Array, Calls
from neural.engine.layouts import Shape


class Constraint(Protocol):
    """What an array of parameters is held to."""

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]]

    def check_shape(self, where: str, shape: Shape) -> None:
        """Raise ParameterOutOfRange where an array of this shape cannot be held to it."""
        ...

    def hold(self, w: Array, scratch: Array | None = None) -> Calls:
        """Prepare to bring w back, in place; `scratch` has room for as many numbers."""
        ...
