"""No constraint."""

from dataclasses import dataclass
from typing import ClassVar

from neural.engine.arrays import Array, Calls
from neural.engine.layouts import Shape


@dataclass(frozen=True, kw_only=True)
class Without:
    """No limit."""

    key: ClassVar[str] = "none"
    summary: ClassVar[str] = "No limit."
    aliases: ClassVar[tuple[str, ...]] = ()

    def check_shape(self, where: str, shape: Shape) -> None:
        """Hold for every array."""
        del where, shape

    def hold(self, w: Array, scratch: Array | None = None) -> Calls:
        """Change nothing."""
        del w, scratch
        return []
