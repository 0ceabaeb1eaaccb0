"""One field of an object: its name, its type, and what may stand in its place."""

from dataclasses import dataclass
from typing import Any, Protocol

from specs.grammar.reading import ABSENT, Location

AUTO = "auto"


class Type(Protocol):
    """What a field accepts."""

    def read(self, value: object, place: Location) -> Any:
        """Return the canonical value, or note faults at `place` and return INVALID."""
        ...

    def expected(self) -> str:
        """Say in words what is accepted."""
        ...

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        ...


@dataclass(frozen=True, kw_only=True)
class Field:
    """A line of the field table.

    `default` is for the reader of capabilities: a JSON value, or "auto" for what is inferred.
    """

    name: str
    type: Type
    summary: str
    default: object = None
    required: bool = False
    can_be_auto: bool = False
    keeps_auto: bool = False  # where "auto" and leaving it out differ
    can_be_off: bool = False
    synonyms: tuple[str, ...] = ()
    example: object = None  # shown where the field is needed and was left out

    def read(self, value: object, place: Location) -> Any:
        """Return the canonical value: ABSENT for "auto" unless kept, None for what is off, INVALID for what is not."""
        if self.can_be_auto and value == AUTO:
            return AUTO if self.keeps_auto else ABSENT
        if value is None and self.can_be_off:
            return None
        if value is False and self.can_be_off:
            place.warn(f"`{place.name}`: false was read as null, which turns it off.")
            return None
        return self.type.read(value, place)

    def to_json(self) -> dict[str, Any]:
        """Describe the field for capabilities."""
        return {
            "name": self.name,
            "summary": self.summary,
            **self.type.to_json(),
            "required": self.required,
            "default": self.default,
            "auto": self.can_be_auto,
            "nullable": self.can_be_off,
            "synonyms": list(self.synonyms),
        }
