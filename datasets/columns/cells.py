"""Single cells: marks of a missing value, the spelling of numbers, and pairs of yes and no."""

import math
import re
from collections.abc import Collection

MISSING_MARKS = ("", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL")
"""Cells that say in every column that there is no value; of numbers and dates more words do."""

YES_NO = {"true": "false", "yes": "no", "y": "n", "t": "f"}
"""Spellings of yes, each with its no; compared in lower case."""
MEANINGS = {**dict.fromkeys((*YES_NO, "1"), True), **dict.fromkeys((*YES_NO.values(), "0"), False)}
"""What each spelling means where one of them stands for a yes/no column."""

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?(?i:inf|infinity)$"
_NUMBER = re.compile(NUMBER, re.ASCII)
SPACE = " \t\n\v\f\r"
INVISIBLE = "\u0085\u00a0\u00ad\u202f\u205f\u2060\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x2010)))
"""Blanks other than the usual ones, and characters that take no room: no part of a cell at its edges."""


def is_missing(text: str, words: Collection[str] = MISSING_MARKS) -> bool:
    """Whether the cell says that there is no value: it is empty, or one of the words."""
    return not (trimmed := text.strip(SPACE)) or trimmed in words


def is_number(text: str) -> bool:
    """Whether the cell is a number with a decimal point."""
    return _NUMBER.match(text.strip(SPACE)) is not None


def order_yes_no(values: tuple[str, ...]) -> tuple[str, str] | None:
    """Return the two values as (no, yes) when they are a pair like no/yes, false/true, n/y; None otherwise."""
    if len(values) != 2:
        return None
    for no, yes in (values, values[::-1]):
        if YES_NO.get(yes.lower()) == no.lower():
            return no, yes
    return None


def meaning_of(text: str) -> bool | None:
    """Tell what a spelling of yes or no means, in any case; None for another text."""
    return MEANINGS.get(text.strip(SPACE).lower())


def are_numbers(values: Collection[str]) -> bool:
    """Whether all values are numbers as `number_text` writes them: those of a column of numbers read as categories."""
    return bool(values) and all(is_number(value) and number_text(float(value)) == value for value in values)


def as_number_text(text: str) -> str:
    """Write a number in a text as `number_text` does, `1.0` as `1`; other texts, and zeros in front, stay."""
    trimmed = text.strip(SPACE)
    is_code = re.match(r"[+-]?0[0-9]", trimmed) is not None
    return number_text(float(trimmed)) if is_number(trimmed) and not is_code else trimmed


def number_text(value: float) -> str:
    """Return a number as people write it: whole ones without a decimal point, others by the shortest exact form."""
    value = float(value)
    return str(int(value)) if math.isfinite(value) and value.is_integer() and abs(value) < 1e16 else repr(value)
