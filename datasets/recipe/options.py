"""Options of a job body: each is declared once, on the field of the frozen value that holds it.

The grammar of job bodies is made from these declarations, and from it capabilities and docs; functions take the frozen
values whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, Literal

AUTO = "auto"
OptionType = Literal[
    "number",
    "whole",
    "flag",
    "choice",
    "choice_by_column",  # one for all columns, or an object of these by column
    "choices_of_columns",  # an object of these by column
    "columns",  # a list of names
    "text",
    "sizes",
    "component",  # of the vocabulary whose kind is the field's name
    "other",  # the grammar says which
]


class _Nothing:
    """The type of NOTHING, which no value is."""


NOTHING = _Nothing()


@dataclass(frozen=True, kw_only=True)
class Option:
    """What one option accepts, and what holds where it is left out."""

    name: str
    type: OptionType
    summary: str
    default: Any  # NOTHING: it has to be settled for every job
    told: Any = NOTHING  # the default in the words of capabilities, such as "auto", where that is another
    off: Any = NOTHING  # what null means; NOTHING: null is refused
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    typical: float | None = None  # suggested where nothing nearer makes sense
    choices: tuple[str, ...] = ()
    what: str = ""  # a choice is called: "scaling"
    least: int = 0  # names in a list
    most_letters: int = 200  # of a text
    example: str | None = None

    @property
    def shown_default(self) -> Any:
        """The default as the reader of capabilities sees it."""
        told = self.default if self.told is NOTHING else self.told
        return None if told is NOTHING else told

    @property
    def can_be_off(self) -> bool:
        """Whether null is accepted."""
        return self.off is not NOTHING


def option(kind: OptionType, default: Any = NOTHING, *, summary: str, **more: Any) -> Any:
    """Declare an option as a field of a frozen value; `more` are further fields of Option."""
    metadata = {"option": {"type": kind, "summary": summary, **more}}
    if default is NOTHING:
        return field(metadata=metadata)
    if isinstance(default, dict):
        return field(default_factory=default.copy, metadata=metadata)
    return field(default=default, metadata=metadata)


@cache
def options_of(declared: type) -> tuple[Option, ...]:
    """List the options that a frozen value's class declares, in its order."""
    return tuple(
        Option(name=each.name, default=_default(each), **each.metadata["option"])
        for each in fields(declared)
        if "option" in each.metadata
    )


def _default(declared: Any) -> Any:
    if declared.default_factory is not MISSING:
        return declared.default_factory()
    return NOTHING if declared.default is MISSING else declared.default


def held(options: Iterable[Option], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of options as a frozen value holds them: null as what it means there, lists as tuples."""
    return {
        option.name: from_json(option.off if values[option.name] is None and option.can_be_off else values[option.name])
        for option in options
    }


def as_json(value: Any) -> Any:
    """Return an option's value as JSON has it: lists in place of tuples, objects in place of mappings."""
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def from_json(value: Any) -> Any:
    """Read what `as_json` wrote; an object is copied, since options and their defaults are listed once for all."""
    if isinstance(value, dict):
        return value.copy()
    return tuple(value) if isinstance(value, list) else value
