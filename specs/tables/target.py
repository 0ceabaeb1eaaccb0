"""The type of `target`: one column's name, or a list of several."""

from dataclasses import dataclass
from typing import Any

from specs.grammar.reading import INVALID, Location
from specs.grammar.scalars import Text
from specs.grammar.wording import counted, shorten

MOST_TARGETS = 1000


@dataclass(frozen=True, kw_only=True)
class TargetName(Text):
    """A column's name, or names of columns that are predicted together."""

    def expected(self) -> str:
        """Say what is accepted."""
        return "the name of a column, or a list of such names"

    def read(self, value: object, place: Location) -> Any:
        """Return the name or the list of names, or note what is wrong with it."""
        if not isinstance(value, list):
            return super().read(value, place)
        if not 1 <= len(value) <= MOST_TARGETS:
            return place.fault(
                "spec.out_of_range",
                f"`{place.name}` must name 1 to {counted(MOST_TARGETS)} columns; got {counted(len(value))}.",
                found=value,
                expected=self.expected(),
            )
        names = [super(TargetName, self).read(name, place.child(index)) for index, name in enumerate(value)]
        if not all(isinstance(name, str) for name in names):
            return INVALID
        if len(names) == 1:
            place.warn(f"`{place.name}` names one column in a list; it was read as that column.")
            return names[0]
        return names if len(set(names)) == len(names) else self._refuse_repeats(names, place)

    def _refuse_repeats(self, names: list[Any], place: Location) -> Any:
        twice = next(name for index, name in enumerate(names) if name in names[:index])
        kept = list(dict.fromkeys(names))
        return place.fault(
            "spec.conflict",
            f"`{place.name}` names `{shorten(twice)}` more than once; each column is predicted once.",
            found=names,
            expected="a list of different columns",
            suggestion=kept if len(kept) > 1 else kept[0],
        )

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        name = super().to_json()
        return {**name, "type": ["string", "array"], "items": name, "most_items": MOST_TARGETS}
