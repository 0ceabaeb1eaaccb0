"""The rows that are held out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class SplitSpec:
    """How the held-out rows are drawn; without a share a second dataset is held out."""

    validation_share: float | None
    stratify: bool
    seed: int
    test_share: float = 0.0
    group_by: str | None = None
    time_by: str | None = None
    validation_dataset_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "SplitSpec":
        """Read what `to_json` wrote."""
        return cls(**body)
