"""Rows of JSON values, as they are posted to be predicted, checked and turned into arrays."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.cells import SPACE, are_numbers, as_number_text, number_text
from datasets.columns.forms.duration_form import DurationForm
from datasets.columns.forms.guess import AmountForm
from datasets.columns.forms.missing_words import OF_NUMBERS, MissingWords, words_in_rows, words_of
from datasets.columns.forms.number_form import NumberForm
from datasets.did_you_mean import closest
from datasets.errors import ColumnsChanged, FilePosition, NonFinite, shorten
from datasets.preprocessing.date_encoding import DateEncoding, days_of_texts
from datasets.preprocessing.encodings import (
    MISSING,
    UNSEEN,
    BooleanEncoding,
    CategoryEncoding,
    NumberEncoding,
    OrdinalEncoding,
    code_of_yes_no,
)
from datasets.preprocessing.text_encoding import TextEncoding

Rows = Sequence[Mapping[str, object]]
PLAIN = {int, float, type(None)}


def check_names(
    given: Collection[str], needed: Iterable[str], known: Collection[str], *, row: int | None = None
) -> None:
    """Raise ColumnsChanged for a column that is absent or that the table never had."""
    place = "The table" if row is None else f"Row {row}"
    absent = [name for name in needed if name not in given]
    unknown = [name for name in given if name not in known]
    if not absent and not unknown:
        return
    parts = [f"lacks {_list(absent)}"] * bool(absent) + [f"has {_list(unknown)}, unknown in training"] * bool(unknown)
    near = closest(str(unknown[0]), absent or known) if unknown else None
    hint = f"Did you mean `{near}` instead of `{unknown[0]}`?" if near else "A value that is not known is null."
    raise ColumnsChanged(
        f"{place} {' and '.join(parts)}.",
        position=FilePosition(row=row, name=str((unknown or absent)[0])),
        found=_list(unknown or list(given)),
        expected=_list(list(needed)),
        hint=hint,
    )


def _list(names: Sequence[str], most: int = 10) -> str:
    shown = ", ".join(f"`{shorten(str(name))}`" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def numbers_from_rows(rows: Rows, feature: NumberEncoding) -> np.ndarray:
    """Float64 with NaN for null, missing words and numbers that are such; texts are read as the file's cells were.

    Raises ColumnsChanged for what is no number so, and NonFinite for what no float can hold.
    """
    if feature.missing_words is None and (plain := _plain_numbers(rows, feature.column)) is not None:
        return plain
    column, numbers, texts = feature.column, np.full(len(rows), np.nan), []
    words = words_of(feature.missing_words, OF_NUMBERS)
    for index, row in enumerate(rows):
        value = row[column]
        if isinstance(value, str):
            texts += [] if value in words else [index]
        elif value is None:
            continue
        elif isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise _wrong_type(value, column, index, "a number or null")
        else:
            numbers[index] = _finite(value, column, index)
    if texts:
        form = feature.form or NumberForm()
        numbers[texts] = _read([str(rows[index][column]) for index in texts], form)
        wrong = next((index for index in texts if not math.isfinite(numbers[index])), None)
        if wrong is not None:
            raise _wrong_type(rows[wrong][column], column, wrong, f"a number {_written(form)}, or null")
    if words.numbers:
        numbers[np.isin(numbers, words.numbers)] = np.nan
    return numbers


def _plain_numbers(rows: Rows, column: str) -> np.ndarray | None:
    """Read cells of which none is a text, at once; None where one of them needs a second look."""
    values: list[Any] = [row[column] for row in rows]
    if not {*map(type, values)} <= PLAIN:
        return None
    try:
        numbers = np.array(values, np.float64)  # None becomes NaN
    except OverflowError:
        return None
    return numbers if np.isfinite(numbers).sum() == len(values) - values.count(None) else None


def _read(texts: Sequence[str], form: AmountForm) -> np.ndarray:
    """Read numbers in a form, or without what stands beside them in it; NaN for others."""
    cells = pa.array([text.strip(SPACE) for text in texts])
    numbers = form.parse(cells)
    if numbers.null_count and isinstance(form, NumberForm):
        bare = replace(form, currency="", unit="", excel=False)
        numbers = pc.coalesce(numbers, bare.parse(cells))
    return np.asarray(numbers.fill_null(np.nan))


def _written(form: AmountForm) -> str:
    """Tell how numbers are written, by an example."""
    return f"or a time like `{form.duration}`" if isinstance(form, DurationForm) else f"like `{form.example}`"


def _finite(value: float | np.number, column: str, index: int) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise NonFinite(
            f"`{column}` in row {index + 1} is not a finite number.",
            position=FilePosition(row=index + 1, name=column),
            found=shorten(str(number)),
            expected="a finite number or null",
        )
    return number


def days_from_rows(rows: Rows, feature: DateEncoding) -> np.ndarray:
    """Days since 1970 with NaN for null and missing words, of dates as in the file or in ISO 8601.

    Raises ColumnsChanged for what is no such date.
    """
    column, words = feature.column, words_of(feature.missing_words, OF_NUMBERS)
    values = [_as_date(row[column], feature.format, words) for row in rows]
    texts = [value if isinstance(value, str) and value not in words else None for value in values]
    days = days_of_texts(texts, feature.format)
    for index in np.flatnonzero(np.isnan(days)).tolist():
        if values[index] is not None and (texts[index] is not None or not isinstance(values[index], str)):
            own = f"like `{feature.format}`, or " if feature.format else ""
            raise _wrong_type(values[index], column, index, f"a date {own}like 2024-05-31T14:00:00, or null")
    return days


def _as_date(value: object, format_: str, words: MissingWords) -> object:
    """Write a number as the digits that it has in a file of numbers, where dates are written so; None for no value."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        return value
    if is_number_among(value, words):
        return None
    return number_text(float(value)) if format_ and math.isfinite(value) else value


def is_number_among(value: object, words: MissingWords) -> bool:
    """Whether a number says that there is no value."""
    is_real = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return bool(words.numbers) and is_real and value in words.numbers


def codes_from_rows(rows: Rows, feature: CategoryEncoding | BooleanEncoding | OrdinalEncoding) -> np.ndarray:
    """Return indices into the feature's values; raises ColumnsChanged for lists, objects, and neither yes nor no."""
    if isinstance(feature, BooleanEncoding):
        return _yes_no_codes(rows, feature)
    index = {value: code for code, value in enumerate(feature.values)}
    is_of_numbers = are_numbers(feature.values)
    words = words_in_rows(feature.missing_words)
    values: list[Any] = [row[feature.column] for row in rows]
    if {*map(type, values)} == {str} and index.keys() >= {*values}:
        return np.fromiter(map(index.__getitem__, values), np.int64, len(values))
    codes = np.empty(len(rows), np.int64)
    for place, value in enumerate(values):
        if value is None or (is_number_among(value, words) and str(value) not in index):
            codes[place] = MISSING
        elif isinstance(value, str):
            unknown = MISSING if value in words else UNSEEN
            text = value.strip(SPACE)
            codes[place] = index.get(as_number_text(text) if is_of_numbers and text not in index else text, unknown)
        elif isinstance(value, int) and not isinstance(value, bool):
            codes[place] = index.get(str(value), UNSEEN)  # with more digits than a float keeps
        elif isinstance(value, float | np.number):
            codes[place] = index.get(number_text(_finite(value, feature.column, place)), UNSEEN)
        else:
            raise _wrong_type(value, feature.column, place, "text, a number or null")
    return codes


def recode_yes_no(codes: np.ndarray, texts: tuple[str, ...], values: tuple[str, ...], column: str) -> np.ndarray:
    """Codes into `texts` as codes into the two values of a yes/no column; raises ColumnsChanged for what is neither."""
    place = np.array([*(code_of_yes_no(text, values) for text in texts), MISSING], np.int64)
    recoded: np.ndarray = place[codes]
    if (recoded == UNSEEN).any():
        row = int(np.flatnonzero(recoded == UNSEEN)[0])
        raise neither(column, values, texts[codes[row]], row)
    return recoded


def texts_from_rows(rows: Rows, feature: TextEncoding) -> np.ndarray:
    """Return the padded ids of texts; raises ColumnsChanged for what is none, is empty, or is too long."""
    ids = np.zeros((len(rows), feature.source_length), np.int64)
    for place, row in enumerate(rows):
        value = row[feature.column]
        if isinstance(value, int | float | np.number) and not isinstance(value, bool):
            value = number_text(_finite(value, feature.column, place))
        if not isinstance(value, str):
            raise _wrong_type(value, feature.column, place, "text")
        found = feature.ids(value)
        if not 0 < len(found) <= feature.source_length:
            raise ColumnsChanged(
                f"`{feature.column}` in row {place + 1} has {len(found)} {feature.unit}s; the longest text of "
                f"training had {feature.source_length}.",
                position=FilePosition(row=place + 1, name=feature.column),
                found=shorten(value),
                expected=f"a text of 1 to {feature.source_length} {feature.unit}s",
            )
        ids[place, : len(found)] = found
    return ids


def _yes_no_codes(rows: Rows, feature: BooleanEncoding) -> np.ndarray:
    codes = np.empty(len(rows), np.int64)
    words = words_in_rows(feature.missing_words)
    for place, row in enumerate(rows):
        value = row[feature.column]
        is_word = isinstance(value, str) and value not in feature.values and value in words
        if value is None or is_word or (is_number_among(value, words) and str(value) not in feature.values):
            codes[place] = MISSING
            continue
        codes[place] = feature.code_of(_as_word(value, feature.column, place))
        if codes[place] == UNSEEN:
            raise neither(feature.column, feature.values, value, place)
    return codes


def _as_word(value: object, column: str, place: int) -> str:
    """Write a cell of a yes/no column as text: true as `true`, 1 as `1`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | np.number):
        return number_text(_finite(value, column, place))
    if isinstance(value, str):
        return value.strip(SPACE)
    raise _wrong_type(value, column, place, "true, false, text or null")


def neither(column: str, values: Sequence[str], found: object, index: int) -> ColumnsChanged:
    """Say that a cell is neither of the two values of a yes/no column."""
    pair = " nor ".join(f"`{value}`" for value in values)
    return ColumnsChanged(
        f"`{column}` in row {index + 1} is `{shorten(str(found))}`, which is neither {pair}.",
        position=FilePosition(row=index + 1, name=column),
        found=shorten(str(found)),
        expected=f"{', '.join(f'`{value}`' for value in values)}, another spelling of the same, or null",
        hint="A value that is not known is null.",
    )


def _wrong_type(value: object, column: str, index: int, expected: str) -> ColumnsChanged:
    kinds = {bool: "true or false", str: "text", list: "a list", dict: "an object"}
    kind = kinds.get(type(value), type(value).__name__)
    return ColumnsChanged(
        f"`{column}` in row {index + 1} is {kind}, but must be {expected}.",
        position=FilePosition(row=index + 1, name=column),
        found=shorten(repr(value)),
        expected=expected,
        hint="A value that is not known is null." if isinstance(value, str) else None,
    )
