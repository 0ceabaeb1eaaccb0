"""The interface of an activation function."""

from collections.abc import Callable
from typing import ClassVar, Protocol

from neural.engine.arrays import Array, Calls

Scratch = Callable[[str], Array]  # label → an array of the activation's shape, zeros at first, kept for the way back


class Function(Protocol):
    """An activation y = f(z) on arrays of shape (features, batch)."""

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]]
    has_kink: ClassVar[bool]  # f' jumps where y = 0 (or at `kinks_at`): a difference across that point means nothing
    from_output: ClassVar[bool]  # the way back does not need z, so that z and y may be one array

    def forward(self, z: Array, y: Array, scratch: Scratch) -> Calls:
        """Compute y = f(z)."""
        ...

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Turn dy, the gradient of the loss by y, into the gradient by z, in place."""
        ...
