"""The description of one column: name, kind and statistics; and the form of a warning about a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from datasets.errors import FilePosition


class Kind(StrEnum):
    """What the values of a column are."""

    NUMBER = "number"
    CATEGORY = "category"
    BOOLEAN = "boolean"
    DATE = "date"
    VECTOR = "vector"
    IMAGE = "image"
    ID = "id"
    CONSTANT = "constant"
    EMPTY = "empty"


LEFT_OUT = frozenset({Kind.ID, Kind.CONSTANT, Kind.EMPTY})
"""Kinds that carry nothing to learn from: left out of the features unless they are asked for by name."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column's name, kind and statistics.

    `distinct` counts different values without the missing ones; it is a lower bound where `distinct_exact` is false.
    `statistics` of numbers: min, max, mean, std (population), quantiles, histogram, whole, top where values are few,
    rises or falls where each whole number is above, or below, the one before it; of categories: top, the most frequent
    values with their counts; of both: taken_as_missing, with theirs, the words that say that there is no value; of
    dates: min, max, format; of vectors and images: shape (of one row), min, max, mean, std and whole over all numbers.
    """

    name: str
    kind: Kind
    missing: int
    distinct: int
    distinct_exact: bool = True
    numeric: bool = False
    statistics: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_feature(self) -> bool:
        """Whether the column is learned from unless something else is asked for."""
        return self.kind not in LEFT_OUT

    @property
    def rises(self) -> bool:
        """Whether its whole numbers rise or fall from row to row, as an index does."""
        return bool(self.statistics.get("rises") or self.statistics.get("falls"))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives the equal column back."""
        return {
            "name": self.name,
            "kind": str(self.kind),
            "missing": self.missing,
            "distinct": self.distinct,
            "distinct_exact": self.distinct_exact,
            "numeric": self.numeric,
            "statistics": dict(self.statistics),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Column":
        """Read what `to_json` wrote."""
        return cls(**{**body, "kind": Kind(body["kind"])})


@dataclass(frozen=True, kw_only=True)
class DataWarning:
    """Something about a table that its owner should know and that does not stop the work.

    `patch` is the body of a PATCH of the dataset after which it is read the other way.
    """

    code: str
    message: str
    column: str | None = None
    position: FilePosition | None = None
    patch: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, what is not known left out."""
        fields = {
            "code": self.code,
            "message": self.message,
            "column": self.column,
            "position": self.position.to_json() if self.position else None,
            "patch": dict(self.patch) if self.patch else None,
        }
        return {key: value for key, value in fields.items() if value is not None}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "DataWarning":
        """Read what `to_json` wrote."""
        position = body.get("position")
        return cls(**{**body, "position": FilePosition(**position) if position else None})
