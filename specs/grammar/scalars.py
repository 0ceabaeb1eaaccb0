"""Switches and texts."""

from dataclasses import dataclass
from typing import Any

from specs.grammar.reading import Absent, Location
from specs.grammar.wording import counted, described, shorten, written


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def expected(self) -> str:
        """Say what is accepted."""
        return "true or false"

    def read(self, value: object, place: Location) -> bool | Absent:
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
    is_free: bool = False  # for people, so that a number may be suggested as text, and nothing invisible is taken

    def expected(self) -> str:
        """Say what is accepted."""
        return f"text of {self.min_length} to {self.max_length} characters"

    def read(self, value: object, place: Location) -> str | Absent:
        """Return the text, or note what is wrong with it."""
        if not isinstance(value, str):
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return place.fault(
                "spec.wrong_type",
                f"`{place.name}` must be text; got {described(value)}.",
                found=value,
                expected=self.expected(),
                suggestion=shorten(written(value), self.max_length) if number and self.is_free else None,
            )
        if not self.min_length <= len(value) <= self.max_length:
            return place.fault(
                "spec.out_of_range",
                f"`{place.name}` must be {self.expected()}; got {counted(len(value))}.",
                found=value,
                expected=self.expected(),
                suggestion=value[: self.max_length] if self._is_shown(value[: self.max_length]) and value else None,
            )
        if not self._is_shown(value):
            shown = "".join(letter for letter in value if self._is_shown(letter))
            return place.fault(
                "spec.out_of_range",
                f"`{place.name}` must not hold control characters{' or invisible ones' * self.is_free}.",
                found=value,
                expected="printable text",
                suggestion=shown if shown.strip() else None,
            )
        return value

    def _is_shown(self, text: str) -> bool:
        """Tell whether a text can be shown; what people read has no characters that nobody sees, and is not blank."""
        return is_printable(text) and (not self.is_free or (text.isprintable() and (text == " " or not text.isspace())))

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": "string", "min_length": self.min_length, "max_length": self.max_length}


def is_printable(text: str) -> bool:
    """Tell whether a text holds neither control characters nor halves of surrogate pairs."""
    return not any(ord(letter) < 32 or ord(letter) == 127 or 0xD800 <= ord(letter) < 0xE000 for letter in text)
