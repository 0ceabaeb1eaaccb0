"""Whole numbers, one for each axis, where one number may stand for all of them."""

from dataclasses import dataclass
from typing import Any

from specs.grammar.containers import ListOf
from specs.grammar.numbers import Whole
from specs.grammar.reading import Location

MOST_AXES = 4


@dataclass(frozen=True, kw_only=True)
class SizeType:
    """`3`, or `[3, 3]` for two axes; `axes` = 0 takes a list of one to four."""

    size: Whole
    axes: int
    one: bool = True  # whether a single number is accepted

    @property
    def _list(self) -> ListOf:
        return ListOf(item=self.size, min_length=self.axes or 1, max_length=self.axes or MOST_AXES)

    def expected(self) -> str:
        """Say what is accepted."""
        return f"{self.size.expected()}, or {self._list.expected()}" if self.one else self._list.expected()

    def read(self, value: object, place: Location) -> Any:
        """Return the number or the list, or note what is wrong with it."""
        if isinstance(value, list) or not self.one:
            return self._list.read(value, place)
        return self.size.read(value, place)

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        listed = self._list.to_json()
        return listed if not self.one else {**self.size.to_json(), "per_axis": listed["max_length"]}
