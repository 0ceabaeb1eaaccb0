"""Rows of JSON values, as they are posted to be predicted, checked and turned into arrays."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from datasets.columns.cells import SPACE, is_missing, number_text
from datasets.did_you_mean import closest
from datasets.errors import ColumnsChanged, FilePosition, NonFinite, shorten
from datasets.preprocessing.date_encoding import days_of
from datasets.preprocessing.encodings import (
    MISSING,
    UNSEEN,
    BooleanEncoding,
    CategoryEncoding,
    OrdinalEncoding,
    code_of_yes_no,
)
from datasets.preprocessing.text_encoding import TextEncoding

Rows = Sequence[Mapping[str, object]]


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


def numbers_from_rows(rows: Rows, column: str) -> np.ndarray:
    """Float64 with NaN for null; raises ColumnsChanged for text and NonFinite for what no float can hold."""
    numbers = np.empty(len(rows))
    for index, row in enumerate(rows):
        value = row[column]
        if value is None:
            numbers[index] = np.nan
            continue
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise _wrong_type(value, column, index, "a number or null")
        numbers[index] = _finite(value, column, index)
    return numbers


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


def days_from_rows(rows: Rows, column: str) -> np.ndarray:
    """Days since 1970 with NaN for null; raises ColumnsChanged for what is no date in ISO 8601."""
    days = np.full(len(rows), np.nan)
    for index, row in enumerate(rows):
        value = row[column]
        if value is None or (isinstance(value, str) and is_missing(value)):
            continue
        day = days_of(value) if isinstance(value, str) else None
        if day is None:
            raise _wrong_type(value, column, index, "a date like 2024-05-31 or 2024-05-31T14:00:00, or null")
        days[index] = day
    return days


def codes_from_rows(rows: Rows, feature: CategoryEncoding | BooleanEncoding | OrdinalEncoding) -> np.ndarray:
    """Return indices into the feature's values; raises ColumnsChanged for lists, objects, and neither yes nor no."""
    if isinstance(feature, BooleanEncoding):
        return _yes_no_codes(rows, feature)
    index = {value: code for code, value in enumerate(feature.values)}
    codes = np.empty(len(rows), np.int64)
    for place, row in enumerate(rows):
        value = row[feature.column]
        if value is None or (isinstance(value, str) and is_missing(value)):
            codes[place] = MISSING
        elif isinstance(value, str):
            codes[place] = index.get(value.strip(SPACE), UNSEEN)
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
    for place, row in enumerate(rows):
        value = row[feature.column]
        if value is None or (isinstance(value, str) and value not in feature.values and is_missing(value)):
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
        hint="Write numbers without quotes; a value that is not known is null." if isinstance(value, str) else None,
    )
