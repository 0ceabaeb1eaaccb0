"""No regularizer."""

from dataclasses import dataclass
from typing import ClassVar

from neural.engine.arrays import Array, Calls


@dataclass(frozen=True, kw_only=True)
class Without:
    """No penalty."""

    key: ClassVar[str] = "none"
    summary: ClassVar[str] = "No penalty."
    aliases: ClassVar[tuple[str, ...]] = ()

    def value(self, w: Array) -> float:
        """Return 0."""
        del w
        return 0.0

    def add_gradient(self, w: Array, dw: Array, scratch: Array, *, share: float = 1.0) -> Calls:
        """Add nothing."""
        del w, dw, scratch, share
        return []
