"""Names out of a list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from datasets.did_you_mean import closest, normal
from specs.grammar.elsewhere import plain_letters
from specs.grammar.reading import Absent, Location
from specs.grammar.wording import described, listed, shorten


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of a few names; `known` maps other spellings of the same thing to its name."""

    what: str  # "activation"
    names: tuple[str, ...]
    known: Mapping[str, str] = field(default_factory=dict)  # spellings that are as good as the name
    synonyms: Mapping[str, str] = field(default_factory=dict)  # spellings of other tools, told about
    later: Mapping[str, str] = field(default_factory=dict)  # names that come later, with what they are
    elsewhere: Mapping[str, str | None] = field(default_factory=dict)  # other tools' names, with what is near

    def expected(self) -> str:
        """Say what is accepted."""
        return f"one of {', '.join(self.names)}"

    def read(self, value: object, place: Location) -> str | Absent:
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
            suggestion=None if place.diagnostics.is_full else self._closest(value),
        )

    @property
    def article(self) -> str:
        """Return the thing with `a` or `an` before it."""
        return f"{'an' if self.what[0] in 'aeiou' else 'a'} {self.what}"

    def _closest(self, value: str) -> str | None:
        plain = plain_letters(value)
        if plain in self.elsewhere:  # no misspelling
            meant = self.elsewhere[plain]
            return meant if meant in self.names else None
        spelling = closest(value, (*self.names, *self.known, *self.synonyms))
        return spelling and (self.known.get(spelling) or self.synonyms.get(spelling) or spelling)

    def to_json(self) -> dict[str, Any]:
        """Describe the type for capabilities."""
        return {"type": "string", "choices": list(self.names)}
