"""The size of batches: a number of rows, or all of them."""

from dataclasses import dataclass
from typing import Any, Final

from specs.grammar.fields import Type
from specs.grammar.reading import Location

ALL: Final = "all"


@dataclass(frozen=True)
class BatchSize:
    """The type; what it returns is a whole number, or the word for all rows."""

    rows: Type

    def expected(self) -> str:
        """Say in words what is accepted."""
        return f"{self.rows.expected()}, or all"

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {**self.rows.to_json(), "choices": [ALL]}

    def read(self, value: object, place: Location) -> Any:
        """Return what was given, or note what is wrong with it."""
        return ALL if isinstance(value, str) and value.strip().lower() == ALL else self.rows.read(value, place)
