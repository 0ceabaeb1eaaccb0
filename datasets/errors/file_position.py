"""The place in a file at which something is wrong."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class FilePosition:
    """A place in a file: line 1 is the first line, data row 1 the first row below the header, column 1 the leftmost."""

    line: int | None = None
    row: int | None = None
    column: int | None = None
    name: str | None = None

    def __str__(self) -> str:
        """Say the place as a person would."""
        parts = []
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.row is not None:
            parts.append(f"data row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        place = ", ".join(parts)
        return f"{place} `{self.name}`".strip() if self.name is not None else place

    def to_json(self) -> dict[str, int | str]:
        """Only what is known."""
        return {key: value for key, value in asdict(self).items() if value is not None}
