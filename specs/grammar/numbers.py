"""Numbers within bounds, whole ones and others."""

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar

from specs.grammar.reading import Location
from specs.grammar.wording import EXACT, counted, described, written


@dataclass(frozen=True, kw_only=True)
class Range:
    """Bounds of a number; None is open."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None

    def holds(self, value: float) -> bool:
        """Tell whether a finite number lies within."""
        return (
            (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def words(self) -> str:
        """Say the bounds: `at least 1 and at most 1 000`."""
        bounds = (
            ("at least", self.minimum),
            ("above", self.above),
            ("at most", self.maximum),
            ("below", self.below),
        )
        return " and ".join(f"{word} {counted(bound)}" for word, bound in bounds if bound is not None)

    def to_json(self) -> dict[str, float]:
        """Use the words of JSON Schema."""
        bounds = {
            "minimum": self.minimum,
            "maximum": self.maximum,
            "exclusive_minimum": self.above,
            "exclusive_maximum": self.below,
        }
        return {name: bound for name, bound in bounds.items() if bound is not None}


def _is_finite(number: float) -> bool:
    return isinstance(number, int) or math.isfinite(number)


@dataclass(frozen=True, kw_only=True)
class Numeric:
    """What whole and other numbers share; `typical` is suggested where nothing nearer makes sense."""

    bounds: Range = field(default_factory=Range)
    typical: float | None = None
    word: ClassVar[str] = "a number"
    kind: ClassVar[str] = "number"

    def expected(self) -> str:
        """Say what is accepted."""
        return f"{self.word} {self.bounds.words()}".strip()

    def read(self, value: object, place: Location) -> Any:
        """Return the number, or note what is wrong with it."""
        number = self._number(value)
        if number is None:
            return place.fault(
                "spec.wrong_type",
                f"`{place.name}` must be {self.word}; got {described(value)}.",
                found=value,
                expected=self.expected(),
                suggestion=self._from(value),
            )
        if not _is_finite(number):
            return place.fault(
                "spec.out_of_range",
                f"`{place.name}` must be a finite number; got {written(value)}.",
                found=value,
                expected=self.expected(),
                suggestion=self.typical,
            )
        if not self.bounds.holds(number):
            near = self._nearest(number)
            is_percent = 1 < number <= 100 and near == number / 100
            percent = f"For {counted(number)} percent write {near}." if is_percent else None
            return place.fault(
                "spec.out_of_range",
                f"`{place.name}` must be {self.bounds.words()}; got {written(value)}.",
                found=value,
                expected=self.expected(),
                hint=percent,
                suggestion=near,
            )
        return self._stored(number)

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": self.kind, **self.bounds.to_json()}

    def _number(self, value: object) -> float | None:
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def _stored(self, number: float) -> float:
        return float(number)

    def _accepts(self, value: object) -> bool:
        number = self._number(value)
        return number is not None and _is_finite(number) and self.bounds.holds(number)

    def _from(self, value: object) -> object:
        """Return the number that a text or a list of one spells, where it would be accepted."""
        if isinstance(value, list) and len(value) == 1 and self._accepts(value[0]):
            return value[0]
        if not isinstance(value, str) or len(value) > 30:
            return None
        try:
            number = float(value)
        except ValueError:
            return None
        fitting = int(number) if number.is_integer() and abs(number) < EXACT else number
        return self._stored(fitting) if self._accepts(fitting) else None

    def _nearest(self, number: float) -> float | None:
        is_share = self.bounds.maximum == 1 or self.bounds.below == 1
        if is_share and 2 <= number <= 100 and self.bounds.holds(number / 100):
            return number / 100
        return self.typical


@dataclass(frozen=True, kw_only=True)
class Number(Numeric):
    """Any finite number."""

    def _number(self, value: object) -> float | None:
        if isinstance(value, int) and value.bit_length() > 1000:
            return math.inf  # too large for a float
        return super()._number(value)


@dataclass(frozen=True, kw_only=True)
class Whole(Numeric):
    """A whole number; 64.0 is one, since JSON does not tell it from 64."""

    word: ClassVar[str] = "a whole number"
    kind: ClassVar[str] = "integer"

    def _number(self, value: object) -> float | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return None if isinstance(value, float) and math.isfinite(value) and not value.is_integer() else value

    def _stored(self, number: float) -> int:
        return int(number)

    def _from(self, value: object) -> object:
        if isinstance(value, float) and math.isfinite(value) and self._accepts(round(value)):
            return round(value)
        return super()._from(value)

    def _nearest(self, number: float) -> float | None:
        if self.bounds.maximum is not None and number > self.bounds.maximum:
            return int(self.bounds.maximum)
        return self.typical if self.typical is not None else self.bounds.minimum


SEED = Range(minimum=0, maximum=EXACT - 1)
