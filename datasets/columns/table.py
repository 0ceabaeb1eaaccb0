"""A table that was read: typed columns, in memory or mapped from disk."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa

from datasets.columns.column import Column, DataWarning


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a text file writes its table, and how sure each thing is that was found out about it."""

    delimiter: str
    encoding: str
    has_header: bool
    quote: str = '"'
    escape: str | None = None
    comment: str | None = None
    decimal: str = "."
    header_line: int | None = None
    sureness: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "sureness": dict(self.sureness)}


@dataclass(frozen=True)
class Details:
    """What was seen in a file of another format."""

    values: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return dict(self.values)


@dataclass(frozen=True, kw_only=True)
class Table:
    """Typed columns, their statistics, and the values as an Arrow table (numbers are float64)."""

    columns: tuple[Column, ...]
    row_count: int
    format: str
    dialect: Dialect | Details | None
    arrow: pa.Table
    warnings: tuple[DataWarning, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column of this name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
