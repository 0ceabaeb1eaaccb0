"""The columns that are learned from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Features:
    """Columns in the order of the table; `kinds` has one entry for each that is included."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]
    kinds: Mapping[str, str]
    scaling: str
    missing: str
    max_categories: int

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "include": list(self.include),
            "exclude": list(self.exclude),
            "kinds": dict(self.kinds),
            "scaling": self.scaling,
            "missing": self.missing,
            "max_categories": self.max_categories,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Features":
        """Read what `to_json` wrote."""
        return cls(**{**body, "include": tuple(body["include"]), "exclude": tuple(body["exclude"])})
