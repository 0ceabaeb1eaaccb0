"""Fields of the grammar, made from options: what a frozen value declares is not said a second time here."""

from collections.abc import Mapping
from typing import Any

from datasets.recipe.options import Option, options_of
from specs.grammar.choices import Choice
from specs.grammar.components import Component
from specs.grammar.containers import ListOf, MapOf
from specs.grammar.fields import Field, Type
from specs.grammar.numbers import Number, Range, Whole
from specs.grammar.scalars import Flag, Text
from specs.grammar.sizes import SizeType
from specs.tables.per_column import PerColumn

MOST_COLUMNS = 10_000
COLUMN = Text(max_length=200)
Words = Mapping[str, Mapping[str, str]]  # option → other tools' spellings of its choices


def fields_of(
    declared: type,
    *,
    synonyms: Mapping[str, tuple[str, ...]],
    spellings: Words,
    later: Words | None = None,
    types: Mapping[str, Type] | None = None,
) -> tuple[Field, ...]:
    """Return a field for each option that a frozen value declares, in its order.

    `synonyms` are other names of options, `later` choices that are planned, `types` those of the options that declare
    none. Raises ValueError for a name that is no option.
    """
    options = {option.name: option for option in options_of(declared)}
    for name in (*synonyms, *spellings, *(later or {}), *(types or {})):
        if name not in options:
            raise ValueError(f"`{name}` is no option of {declared.__name__}")
    return tuple(
        Field(
            name=name,
            type=(types or {}).get(name) or type_of(option, spellings.get(name, {}), (later or {}).get(name, {})),
            summary=option.summary,
            default=option.shown_default,
            can_be_auto=True,
            can_be_off=option.can_be_off,
            synonyms=synonyms.get(name, ()),
            example=option.example,
        )
        for name, option in options.items()
    )


def number_of(option: Option) -> Number:
    """Return the type of an option's numbers."""
    return Number(bounds=_range(option), typical=option.typical)


def type_of(option: Option, spellings: Mapping[str, str], later: Mapping[str, str]) -> Type:
    """Return what a field accepts; KeyError for a type that only the table can say."""
    kind: Any = option.name
    choice = Choice(what=option.what, names=option.choices, synonyms=spellings, later=later)
    whole = Whole(bounds=_range(option), typical=option.typical)
    types: dict[str, Type] = {
        "number": number_of(option),
        "whole": whole,
        "flag": Flag(),
        "choice": choice,
        "choice_by_column": PerColumn(choice=choice),
        "choices_of_columns": MapOf(value=choice, keys="column names", max_length=MOST_COLUMNS),
        "columns": ListOf(item=COLUMN, min_length=option.least, max_length=MOST_COLUMNS, is_set=True),
        "text": Text(max_length=option.most_letters),
        "sizes": SizeType(size=whole, axes=0, one=False),
        "component": Component(kind),
    }
    return types[option.type]


def _range(option: Option) -> Range:
    return Range(minimum=option.minimum, maximum=option.maximum, above=option.above, below=option.below)
