"""The type of what may be chosen for all columns at once, or for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datasets.recipe.features import DEFAULT
from specs.grammar.choices import Choice
from specs.grammar.containers import MapOf
from specs.grammar.reading import Location

MOST_COLUMNS = 10_000


@dataclass(frozen=True, kw_only=True)
class PerColumn:
    """`"log"`, or `{"default": "standard", "income": "log"}`."""

    choice: Choice

    @property
    def _map(self) -> MapOf:
        return MapOf(value=self.choice, keys="column names", max_length=MOST_COLUMNS)

    def expected(self) -> str:
        """Say what is accepted."""
        return f"{self.choice.expected()}, or an object of these by column, with `{DEFAULT}` for all others"

    def read(self, value: object, place: Location) -> Any:
        """Return the name or the object, or note what is wrong with it."""
        return self._map.read(value, place) if isinstance(value, Mapping) else self.choice.read(value, place)

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {**self.choice.to_json(), "type": ["string", "object"], "keys": "column names"}
