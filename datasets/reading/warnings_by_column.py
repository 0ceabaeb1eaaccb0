"""Warnings about single columns and rows of any file: they do not stop the work."""

import re
from collections.abc import Iterable

from datasets.columns.column import Column, DataWarning, Kind
from datasets.errors import shorten

MOST_NAMED = 5
WORD_STARTS = re.compile(r"(?<=[a-z])(?=[A-Z])")
CODES = re.compile(
    r"(?:^|[^a-z])(phone|telephone|telefon|tel|fax|mobile[ _]?number|iban|bic|zip|zip[ _]?codes?|postal[ _]?codes?"
    r"|postcode|plz|ssn|isbn|ean|barcode|siren|siret|ip|ip[ _]?address|version|firmware)(?:$|[^a-z])"
)
"""Words in names of columns whose digits count nothing."""

LEFT_OUT = frozenset({"data.empty_column", "data.constant_column", "data.id_column"})
"""Codes that say why a column is not learned from."""


def about_columns(columns: Iterable[Column]) -> tuple[DataWarning, ...]:
    """Columns that carry nothing to learn from, and texts that were taken to say that there is none."""
    ways = (_about, _about_words, _about_code)
    warnings = (way(column) for column in columns for way in ways)
    return tuple(warning for warning in warnings if warning is not None)


def _about_code(column: Column) -> DataWarning | None:
    """Doubt numbers in a column that is called as codes are: `1.10` and `1.1` are two versions."""
    found = CODES.search(WORD_STARTS.sub("_", column.name).lower())
    if found is None or column.kind is not Kind.NUMBER or not column.numeric:
        return None
    return DataWarning(
        code="data.codes_as_numbers",
        message=f"`{column.name}` is read as numbers, and called as codes are ({found[1]}), which differ in every sign "
        "and have no order.",
        column=column.name,
        patch={"kinds": {column.name: "category"}},
    )


def _about_words(column: Column) -> DataWarning | None:
    """Tell the rows without a text, and how that was written: as a target they would be left out."""
    if column.numeric or not column.statistics.get("taken_as_missing"):
        return None
    return DataWarning(
        code="data.missing_words",
        message=f"{without_value(column)}.",
        column=column.name,
        patch={"missing_words": []},
    )


def without_value(column: Column) -> str:
    """Say how many rows have no value in a column because of a word, and which: `3 rows have no `y` (written `NA`)`."""
    words = column.statistics["taken_as_missing"]
    written = ", ".join(f"`{shorten(word)}`" for word in sorted(words, key=lambda word: -words[word])[:MOST_NAMED])
    count = sum(words.values())
    return f"{count} {'row has' if count == 1 else 'rows have'} no `{column.name}` (written {written})"


def _about(column: Column) -> DataWarning | None:
    match column.kind:
        case Kind.EMPTY:
            code, what = "data.empty_column", "has no values"
        case Kind.CONSTANT:
            code, what = "data.constant_column", "has the same value in every row"
        case Kind.ID:
            atleast = "" if column.distinct_exact else "at least "
            code, what = "data.id_column", f"looks like an identifier ({atleast}{column.distinct} different values)"
        case _ if column.rises:
            code, what = "data.id_column", f"{_way(column)} from row to row and never repeats, as an index does"
        case _:
            return None
    message = f"`{column.name}` {what}; it is left out of the features unless it is included by name."
    measured = {"kinds": {column.name: "number"}} if code == "data.id_column" and column.numeric else None
    return DataWarning(code=code, message=message, column=column.name, patch=measured)


def _way(column: Column) -> str:
    return "rises" if column.statistics.get("rises") else "falls"


def about_duplicates(count: int | None) -> tuple[DataWarning, ...]:
    """Rows that occur more than once."""
    if not count:
        return ()
    rows = "1 row is a copy" if count == 1 else f"{count} rows are copies"
    message = f"{rows} of an earlier one; copies in both parts of a split make validation look better than it is."
    return (DataWarning(code="data.duplicate_rows", message=message),)
