"""What the resolver knows of a dataset."""

from dataclasses import dataclass
from functools import cached_property

from datasets import Column


@dataclass(frozen=True)
class DatasetFacts:
    """Rows and columns, without the values."""

    id: str
    row_count: int
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """Return the column of this name."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(column.name for column in self.columns)
