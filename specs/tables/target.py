"""The type of `target`: one column's name."""

from dataclasses import dataclass
from typing import Any

from specs.grammar.reading import Place
from specs.grammar.scalars import Text


@dataclass(frozen=True, kw_only=True)
class TargetName(Text):
    """A column's name; lists of them come later."""

    def read(self, value: object, place: Place) -> Any:
        """Return the name, or note what is wrong with it."""
        if isinstance(value, list) and len(value) > 1 and all(isinstance(name, str) for name in value):
            return place.fault(
                "spec.not_supported_yet",
                f"`{place.name}` names {len(value)} columns; predicting several at once is not supported yet.",
                found=value,
                expected="one column",
                hint="Start one job for each.",
            )
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            place.warn(f"`{place.name}` names one column in a list; it was read as that column.")
            return super().read(value[0], place)
        return super().read(value, place)
