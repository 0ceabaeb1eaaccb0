"""Settings that `true` turns on as they are, and a number with its most important one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specs.grammar.objects import Object
from specs.grammar.reading import INVALID, Location
from specs.grammar.wording import described


@dataclass(frozen=True, kw_only=True)
class Switch:
    """`true` for an object's defaults, a number for its field `main`, or the object.

    Give its own field `can_be_off`, for false and null.
    """

    settings: Object
    main: str

    def expected(self) -> str:
        """Say what is accepted."""
        return f"true, {self.settings.field(self.main).type.expected()}, or {self.settings.expected()}"

    def read(self, value: object, place: Location) -> Any:
        """Return the object, empty for `true`, or note what is wrong with it."""
        if value is True:
            return {}
        if isinstance(value, Mapping):
            return self.settings.read(value, place)
        if isinstance(value, int | float):
            number = self.settings.field(self.main).type.read(value, place)
            return number if number is INVALID else {self.main: number}
        return place.fault(
            "spec.wrong_type",
            f"`{place.name}` must be {self.expected()}; got {described(value)}.",
            found=value,
            expected=self.expected(),
            suggestion=True,
        )

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {**self.settings.to_json(), "type": ["boolean", "integer", "object"]}
