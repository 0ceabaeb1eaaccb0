"""Numbers, texts, switches and names out of a list."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from specs.grammar.reading import Absent, Place
from specs.grammar.wording import EXACT, counted, described, listed, shorten, written
from specs.suggestions import closest, normal


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
        return " ".join((self.word, self.bounds.words())).strip()

    def read(self, value: object, place: Place) -> Any:
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
        for convert in (int, float):
            try:
                number = convert(value)
            except ValueError:
                continue
            return self._stored(number) if self._accepts(number) else None
        return None

    def _nearest(self, number: float) -> float | None:
        is_share = self.bounds.maximum == 1 or self.bounds.below == 1
        if is_share and 2 <= number <= 100 and self.bounds.holds(number / 100):
            return number / 100
        return self.typical


@dataclass(frozen=True, kw_only=True)
class Number(Numeric):
    """Any finite number."""

    def _number(self, value: object) -> float | None:
        number = super()._number(value)
        if isinstance(number, int) and number.bit_length() > 1000:
            return math.inf  # too large for a float
        return number


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


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def expected(self) -> str:
        """Say what is accepted."""
        return "true or false"

    def read(self, value: object, place: Place) -> bool | Absent:
        """Return the truth value, or note what is wrong with it."""
        if isinstance(value, bool):
            return value
        spelled: dict[object, bool] = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        word = str(value).lower() if isinstance(value, (str, int)) else None
        return place.fault(
            "spec.wrong_type",
            f"`{place.name}` must be true or false; got {described(value)}.",
            found=value,
            expected=self.expected(),
            suggestion=spelled.get(word),
        )

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": "boolean"}


@dataclass(frozen=True, kw_only=True)
class Text:
    """Text without control characters, so that every store and terminal can carry it."""

    max_length: int
    min_length: int = 1

    def expected(self) -> str:
        """Say what is accepted."""
        return f"text of {self.min_length} to {self.max_length} characters"

    def read(self, value: object, place: Place) -> str | Absent:
        """Return the text, or note what is wrong with it."""
        if not isinstance(value, str):
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return place.fault(
                "spec.wrong_type",
                f"`{place.name}` must be text; got {described(value)}.",
                found=value,
                expected=self.expected(),
                suggestion=shorten(written(value), self.max_length) if number else None,
            )
        if not self.min_length <= len(value) <= self.max_length:
            return place.fault(
                "spec.out_of_range",
                f"`{place.name}` must be {self.expected()}; got {counted(len(value))}.",
                found=value,
                expected=self.expected(),
                suggestion=value[: self.max_length] if is_printable(value[: self.max_length]) and value else None,
            )
        if not is_printable(value):
            return place.fault(
                "spec.out_of_range",
                f"`{place.name}` must not hold control characters.",
                found=value,
                expected="printable text",
                suggestion="".join(letter for letter in value if is_printable(letter)) or None,
            )
        return value

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": "string", "min_length": self.min_length, "max_length": self.max_length}


def is_printable(text: str) -> bool:
    """Tell whether a text holds neither control characters nor halves of surrogate pairs."""
    return not any(ord(letter) < 32 or ord(letter) == 127 or 0xD800 <= ord(letter) < 0xE000 for letter in text)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of a few names; `known` maps other spellings of the same thing to its name."""

    what: str  # "activation"
    names: tuple[str, ...]
    known: Mapping[str, str] = field(default_factory=dict)  # spellings that are as good as the name
    synonyms: Mapping[str, str] = field(default_factory=dict)  # spellings of other tools, told about
    later: Mapping[str, str] = field(default_factory=dict)  # names that come later, with what they are

    def expected(self) -> str:
        """Say what is accepted."""
        return f"one of {', '.join(self.names)}"

    def read(self, value: object, place: Place) -> str | Absent:
        """Return the name, or note what is wrong with it."""
        if not isinstance(value, str):
            return place.fault(
                "spec.wrong_type",
                f"`{place.name}` must be the name of {self.article}; got {described(value)}.",
                found=value,
                expected=self.expected(),
                allowed=self.names,
            )
        if value in self.names:
            return value
        plain = normal(value)
        name = self.known.get(value) or self.known.get(plain)
        if name is not None:
            return name
        name = self.synonyms.get(plain) or (plain if plain in self.names else None)
        if name is not None:
            place.warn(f"`{shorten(value)}` was read as `{name}`.")
            return name
        if plain in self.later:
            return place.fault(
                "spec.not_supported_yet",
                f"`{plain}` ({self.later[plain]}) is not supported yet.",
                found=value,
                allowed=self.names,
                expected=self.expected(),
            )
        return place.fault(
            "spec.unknown_choice",
            f"`{shorten(value)}` is not a known {self.what}; known are {listed(self.names, 20)}.",
            found=value,
            allowed=self.names,
            expected=self.expected(),
            suggestion=self._closest(value),
        )

    @property
    def article(self) -> str:
        """Return the thing with `a` or `an` before it."""
        return f"{'an' if self.what[0] in 'aeiou' else 'a'} {self.what}"

    def _closest(self, value: str) -> str | None:
        spelling = closest(value, (*self.names, *self.known, *self.synonyms))
        return spelling and (self.known.get(spelling) or self.synonyms.get(spelling) or spelling)

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": "string", "choices": list(self.names)}
