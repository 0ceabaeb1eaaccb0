"""The interface of a regularizer: a penalty on values, and its gradient."""

from typing import ClassVar, Protocol

from neural.engine.arrays import Array, Calls


class Regularizer(Protocol):
    """A penalty on the values of an array."""

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]]

    def value(self, w: Array) -> float:
        """Compute the penalty."""
        ...

    def add_gradient(self, w: Array, dw: Array, scratch: Array, *, share: float = 1.0) -> Calls:
        """Prepare to add `share` times the gradient of the penalty to dw; `scratch` has the shape of both."""
        ...
