"""Lists, maps and free JSON."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specs.grammar.fields import Type
from specs.grammar.reading import INVALID, Absent, Location
from specs.grammar.scalars import is_printable
from specs.grammar.wording import counted, described


@dataclass(frozen=True, kw_only=True)
class ListOf:
    """A list whose items are all of one type."""

    item: Type
    min_length: int = 0
    max_length: int
    is_set: bool = False

    def expected(self) -> str:
        """Say what is accepted."""
        return f"a list of {self._length()} items, each {self.item.expected()}"

    def read(self, value: object, place: Location) -> Any:
        """Return the list, or note what is wrong with it or its items."""
        if not isinstance(value, list):
            return self._not_a_list(value, place)
        if not self.min_length <= len(value) <= self.max_length:
            return place.fault(
                "spec.out_of_range",
                f"`{place.name}` must have {self._length()} items; got {counted(len(value))}.",
                found=value,
                expected=self.expected(),
            )
        items = [
            INVALID if place.diagnostics.is_full else self.item.read(item, place.child(index))
            for index, item in enumerate(value)
        ]
        if any(item is INVALID for item in items):
            return INVALID
        return self._without_repeats(items, place) if self.is_set else items

    def _not_a_list(self, value: object, place: Location) -> Absent:
        probe = Location(type(place.diagnostics)(None))  # what is found there is thrown away
        fits = value is not None and self.max_length > 0 and self.item.read(value, probe) is not INVALID
        return place.fault(
            "spec.wrong_type",
            f"`{place.name}` must be a list; got {described(value)}.",
            found=value,
            expected=self.expected(),
            suggestion=[value] if fits and not probe.diagnostics.warnings else None,
        )

    def _without_repeats(self, items: list[Any], place: Location) -> list[Any]:
        kept = list(dict.fromkeys(items))
        if len(kept) < len(items):
            place.warn(f"`{place.name}` names some items more than once; each counts once.")
        return kept

    def _length(self) -> str:
        if self.min_length == self.max_length:
            return counted(self.min_length)
        return f"{self.min_length} to {counted(self.max_length)}"

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {
            "type": "array",
            "items": self.item.to_json(),
            "min_length": self.min_length,
            "max_length": self.max_length,
        }


@dataclass(frozen=True, kw_only=True)
class MapOf:
    """An object with free keys, such as column names, whose values are all of one type."""

    value: Type
    keys: str  # what the keys are: "column names"
    max_length: int

    def expected(self) -> str:
        """Say what is accepted."""
        return f"an object whose keys are {self.keys} and whose values are {self.value.expected()}"

    def read(self, value: object, place: Location) -> Any:
        """Return the map, or note what is wrong with it or its values."""
        if not isinstance(value, Mapping):
            return place.fault(
                "spec.wrong_type",
                f"`{place.name}` must be an object of {self.keys}; got {described(value)}.",
                found=value,
                expected=self.expected(),
            )
        if len(value) > self.max_length:
            return place.fault(
                "spec.out_of_range",
                f"`{place.name}` must have at most {counted(self.max_length)} keys; got {counted(len(value))}.",
                expected=self.expected(),
            )
        items = {
            str(key): INVALID if place.diagnostics.is_full else self.value.read(item, place.child(str(key)))
            for key, item in value.items()
        }
        return INVALID if any(item is INVALID for item in items.values()) else items

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": "object", "keys": self.keys, "values": self.value.to_json(), "max_length": self.max_length}


@dataclass(frozen=True, kw_only=True)
class FreeJson:
    """An object of any JSON values, bounded in depth and size, handed back as it was."""

    max_depth: int = 8
    max_size: int = 16_384

    def expected(self) -> str:
        """Say what is accepted."""
        return (
            f"an object of at most {counted(self.max_size)} characters and {self.max_depth} levels, "
            "with finite numbers and printable keys"
        )

    def read(self, value: object, place: Location) -> Any:
        """Return the object, or note what is wrong with it."""
        if not isinstance(value, Mapping):
            return place.fault(
                "spec.wrong_type",
                f"`{place.name}` must be an object; got {described(value)}.",
                found=value,
                expected=self.expected(),
            )
        size = self._size(value, self.max_depth)
        if size > self.max_size:
            return place.fault(
                "spec.out_of_range", f"`{place.name}` must be {self.expected()}.", expected=self.expected()
            )
        return value

    def _size(self, value: object, depth: int) -> float:
        """Estimate the characters of a value; infinite for what is too deep or no JSON."""
        if isinstance(value, Mapping):
            if depth == 0 or len(value) > self.max_size or not all(is_printable(str(key)) for key in value):
                return math.inf
            return 2 + sum(len(str(key)) + 4 + self._size(item, depth - 1) for key, item in value.items())
        if isinstance(value, list):
            if depth == 0 or len(value) > self.max_size:
                return math.inf
            return 2 + sum(1 + self._size(item, depth - 1) for item in value)
        return self._scalar_size(value)

    def _scalar_size(self, value: object) -> float:
        if isinstance(value, str):
            harmful = any(letter == "\0" or 0xD800 <= ord(letter) < 0xE000 for letter in value[: self.max_size])
            return math.inf if harmful else 2 + len(value)
        if isinstance(value, int):
            return value.bit_length() // 3 + 1
        return 20 if value is None or (isinstance(value, float) and math.isfinite(value)) else math.inf

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": "object", "max_depth": self.max_depth, "max_size": self.max_size}
