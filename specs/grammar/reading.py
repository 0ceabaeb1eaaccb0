"""Locations in a job body while it is read, and the diagnostics gathered there: faults, warnings, posted names."""

from dataclasses import dataclass, field
from typing import Any

from specs.errors import Fault, SpecWarning
from specs.grammar.wording import advice, preview
from specs.pointers import Path, Token, if_sendable, label, patch_at, pointer

MOST_FAULTS = 100


class Absent:
    """The type of ABSENT and INVALID, which no JSON value is."""


ABSENT = Absent()
INVALID = Absent()
"""What a type returns for a value that it refused."""


@dataclass
class Diagnostics:
    """Everything that was noticed in one body."""

    body: object
    faults: list[Fault] = field(default_factory=list)
    warnings: list[SpecWarning] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)  # canonical pointer → pointer as it was posted
    refused: set[str] = field(default_factory=set)  # canonical pointers of values with faults

    @property
    def is_full(self) -> bool:
        """Whether so many faults were found that more would not help."""
        return len(self.faults) >= MOST_FAULTS


@dataclass(frozen=True)
class Location:
    """One place in a body, as it was posted and as its canonical name."""

    diagnostics: Diagnostics
    path: Path = ()
    canonical: Path = ()

    @property
    def name(self) -> str:
        """What messages call this place."""
        return label(self.path)

    def child(self, token: Token, canonical: Token | None = None) -> "Location":
        """Step into a field or item; `canonical` is its proper name where it was posted under another."""
        child = Location(
            self.diagnostics, (*self.path, token), (*self.canonical, token if canonical is None else canonical)
        )
        if child.path != child.canonical:
            self.diagnostics.origins[pointer(child.canonical)] = pointer(child.path)
        return child

    def fault(  # noqa: PLR0913 - each is a part of the answer
        self,
        code: str,
        message: str,
        *,
        found: object = ABSENT,
        expected: str | None = None,
        allowed: tuple[Any, ...] | None = None,
        hint: str | None = None,
        suggestion: object = None,
        patch: dict[str, Any] | None = None,
        is_key: bool = False,
    ) -> Absent:
        """Note what is wrong here, and return INVALID; a suggestion for the value becomes a patch as well."""
        self.diagnostics.refused.add(pointer(self.canonical))
        if patch is None and suggestion is not None and not is_key:
            patch = patch_at(self.diagnostics.body, self.path, suggestion)
        if not self.diagnostics.is_full:
            shown = None if found is ABSENT else preview(found)
            sent = if_sendable(patch)
            hint = hint or advice(suggestion)
            self.diagnostics.faults.append(
                Fault(code, pointer(self.path), message, shown, allowed, expected, hint, suggestion, sent)
            )
        return INVALID

    def warn(self, message: str, *, code: str = "spec.rewritten") -> None:
        """Note what was understood although it is written in another way."""
        if len(self.diagnostics.warnings) < MOST_FAULTS:
            self.diagnostics.warnings.append(SpecWarning(code, message, pointer(self.path)))
