"""Text cells to floats, whole arrays at a time."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.cells import NUMBER, number_text
from datasets.columns.forms.missing_words import USUAL, MissingWords

DIGITS_AT_RISK = r"^[+-]?(0[0-9]|[0-9]{16})|^\+[1-9][0-9]{7,}$"
ZEROS = re.compile(r"0[0-9]")
PHONE = re.compile(r"\+[1-9][0-9]{7,}")
"""A plus and at least eight digits: how the numbers of telephones are written, and no amounts."""
LARGEST_EXACT = 2**53
"""Below this every whole number is a float of its own."""


def clean(text: pa.Array, words: MissingWords = USUAL) -> pa.Array:
    """Trimmed cells, null for empty ones and missing words; of typed cells numbers that are such words are null."""
    if pa.types.is_floating(text.type) and words.numbers:
        return pc.if_else(words.are_numbers_of(text), None, text)
    if not pa.types.is_string(text.type):
        return text
    trimmed = pc.ascii_trim_whitespace(text)
    return pc.if_else(words.are_in(trimmed), None, trimmed)


def words_among(text: pa.Array, cells: pa.Array) -> dict[str, int]:
    """Count the words, given cells and what `clean` made of them, that stood where nothing is; empty cells are none."""
    if pa.types.is_floating(text.type):
        numbers = pc.value_counts(text.filter(cells.is_null()).drop_null())
        return {number_text(one["values"].as_py()): one["counts"].as_py() for one in numbers}
    if not pa.types.is_string(text.type):
        return {}
    words = pc.ascii_trim_whitespace(text.filter(cells.is_null())).drop_null()
    counts = pc.value_counts(words.filter(pc.not_equal(words, "")))
    return {str(one["values"]): one["counts"].as_py() for one in counts}


def parse_numbers(values: pa.Array, *, decimal: str) -> np.ndarray | None:
    """Floats of cells without nulls, or None when one of them is no number; infinities are numbers here, NaN is not."""
    if pa.types.is_floating(values.type):
        return np.asarray(values)
    if decimal == ",":
        if pc.any(pc.match_substring(values, ".")).as_py():
            return None
        values = pc.replace_substring(values, ",", ".")
    try:
        numbers = np.asarray(pc.cast(values, pa.float64()))
    except pa.ArrowInvalid:
        return None
    return None if np.isnan(numbers).any() else numbers


def first_kept_as_text(values: pa.Array) -> int | None:
    """Return the index of the first number whose digits a float would not give back; None where all of them survive.

    Zip codes begin with zeros, and account numbers have more digits than a float can tell apart.
    """
    if not pa.types.is_string(values.type):
        return None
    found = np.flatnonzero(np.asarray(pc.match_substring_regex(values, DIGITS_AT_RISK)))
    return next((int(index) for index in found if not survives(values[int(index)].as_py())), None)


def survives(text: str) -> bool:
    """Tell whether a whole number comes back out of a float as it was written; that of a telephone is none."""
    digits = text.lstrip("+-")
    return (
        not ZEROS.match(digits)
        and not PHONE.fullmatch(text)
        and (not digits.isdigit() or int(float(digits)) == int(digits))
    )


def as_digits(column: pa.Array) -> pa.Array:
    """Write typed numbers as texts, whole ones without a decimal point, as dates like 20221001 are."""
    if not pa.types.is_floating(column.type):
        return pc.cast(column, pa.string())
    column = pc.if_else(pc.is_nan(column), None, column)
    is_whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 1e15))
    whole = pc.cast(pc.cast(pc.if_else(is_whole, column, None), pa.int64()), pa.string())
    return pc.coalesce(whole, pc.cast(column, pa.string()))


def first_non_number(values: pa.Array, *, decimal: str) -> int:
    """Return the index of the first cell that is no number, found by halving; there must be one."""
    low, high = 0, len(values)
    while high - low > 1:
        middle = (low + high) // 2
        if parse_numbers(values.slice(low, middle - low), decimal=decimal) is None:
            high = middle
        else:
            low = middle
    return low


def count_numbers(values: pa.Array, counts: np.ndarray, *, decimal: str) -> int:
    """How many cells are numbers, given different values and how often each stands in the table."""
    if decimal == ",":
        values = pc.replace_substring(values, ",", ".")
    return int(counts[np.asarray(pc.match_substring_regex(values, NUMBER))].sum())
