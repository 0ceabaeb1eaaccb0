"""What the resolver knows of a dataset."""

from dataclasses import dataclass

from datasets import Column


@dataclass(frozen=True)
class DatasetFacts:
    """Rows and columns, without the values."""

    id: str
    row_count: int
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """Return the column of this name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(column.name for column in self.columns)
