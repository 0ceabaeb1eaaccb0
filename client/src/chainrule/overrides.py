"""What can be told of a file that is uploaded, instead of what would be found out about it."""

from collections.abc import Mapping, Sequence
from typing import TypedDict


class Overrides(TypedDict, total=False):
    """How a file is read; what is left out, or None, is found out.

    `header` is the line of the names from 1, or False; `quote` and `thousands` may be empty, for none. `date_format`
    and `kinds` are by column.
    """

    delimiter: str | None
    quote: str | None
    escape: str | None
    header: int | bool | None
    skip_rows: int | None
    comment: str | None
    encoding: str | None
    decimal: str | None
    thousands: str | None
    missing_words: Sequence[str] | None
    date_format: Mapping[str, str] | None
    kinds: Mapping[str, str] | None


OPTIONS = {
    "delimiter": "What stands between cells: one character, or tab, space, comma, semicolon, pipe.",
    "quote": "What cells are quoted by; '' where quotes are characters like others.",
    "escape": "What takes the meaning from the character behind it, as \\.",
    "header": "The line of the names, from 1, or false.",
    "skip_rows": "How many lines at the top are not read.",
    "comment": "What lines begin with that hold no row.",
    "encoding": "As utf-8 or cp1252.",
    "decimal": "The decimal mark: . or ,",
    "thousands": "What stands between groups of digits; '' for nothing.",
    "missing_words": 'All words that say that there is no value, as JSON: ["none", "-"]',
    "date_format": 'How dates are written, as JSON: {"sold": "%d/%m/%Y"}',
    "kinds": 'Kinds of columns, as JSON: {"zip": "category"}',
}
"""What each says, as the command line tells it."""
