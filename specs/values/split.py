"""The rows that are held out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class SplitSpec:
    """How the held-out rows are drawn."""

    validation_share: float
    stratify: bool
    seed: int

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "SplitSpec":
        """Read what `to_json` wrote."""
        return cls(**body)
