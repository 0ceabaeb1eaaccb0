"""Rows to network inputs, by the preprocessing that was fitted in training."""

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from chainrule.cell_forms import SPACE, is_missing, is_missing_number, plain_number, read_number
from chainrule.dates import read_date
from chainrule.errors import RowsChanged
from chainrule.translation import encode_text

Row = Mapping[str, Any]
Array = np.ndarray
YES, NO = ("true", "yes", "y", "t", "1"), ("false", "no", "n", "f", "0")
MEANINGS = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}


def encode(rows: Sequence[Row], preprocessing: Mapping[str, Any]) -> Array:
    """Network inputs, shape (rows, *input_shape); raise `RowsChanged` for cells that training could not have seen."""
    inputs = np.hstack([_encode_one(rows, f) for f in preprocessing["features"]])
    return inputs.reshape(len(rows), *preprocessing.get("input_shape", inputs.shape[1:]))


def _encode_one(rows: Sequence[Row], f: Mapping[str, Any]) -> Array:
    with np.errstate(over="ignore"):
        inputs = np.asarray(ENCODERS[f["kind"]](f, cells_of(rows, f["column"])).astype(np.float32))
    if not (is_finite := np.isfinite(inputs).all(axis=1)).all():
        row = int(np.flatnonzero(~is_finite)[0]) + 1
        raise RowsChanged(f"`{f['column']}` in row {row} is too large to be calculated with.")
    return inputs


def cells_of(rows: Sequence[Row], column: str) -> list[Any]:
    """Take a column out of rows."""
    for number, row in enumerate(rows, start=1):
        if column not in row:
            raise RowsChanged(f"Row {number} lacks `{column}`. A value that is not known is None.")
    return [row[column] for row in rows]


def encode_number(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """(value - mean) / scale; a missing cell gets the fill, and a second input that says so."""
    numbers = np.array([as_amount(cell, f) for cell in cells], dtype=float)
    missing = np.isnan(numbers)
    filled = np.where(missing, f["fill"], numbers)
    if f.get("logarithmic"):
        filled = np.sign(filled) * np.log1p(np.abs(filled))
    scaled = (filled - f["mean"]) / f["scale"]
    return np.column_stack([scaled, missing] if f["indicator"] else [scaled])


def encode_category(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """One input per value, then `other` and `missing` where these exist."""
    texts = [as_text(cell, f) for cell in cells]
    columns = [[text == value for text in texts] for value in f["values"]]
    if f["other"]:
        columns.append([text is not None and text not in f["values"] for text in texts])
    if f["missing"]:
        columns.append([text is None for text in texts])
    return np.array(columns, dtype=float).reshape(len(columns), len(cells)).T


def encode_boolean(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """0 for the first value, 1 for the second, the `fill` for none; a second input for cells without a value."""
    texts = [str(cell).lower() if isinstance(cell, bool) else as_text(cell, f) for cell in cells]
    columns = [[bool(f.get("fill")) if text is None else truth(text, f) for text in texts]]
    if f["missing"]:
        columns.append([text is None for text in texts])
    return np.array(columns, dtype=float).T


def truth(text: str, f: Mapping[str, Any]) -> bool:
    """Tell which of two values a text is; a pair of no and yes is known by every spelling of them."""
    values = f["values"]
    if text in values:
        return bool(values.index(text))
    meaning = MEANINGS.get(text.lower())
    if meaning is None or [MEANINGS.get(value.lower()) for value in values] != [False, True]:
        shown = " nor ".join(f"`{value}`" for value in values)
        raise RowsChanged(f"`{f['column']}` is `{text}`, which is neither {shown}. A value that is not known is None.")
    return meaning


def encode_ordinal(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """(place - mean) / scale: values have the places 1, 2, …, what is missing or was never seen has 0."""
    places = {value: place for place, value in enumerate(f["values"], start=1)}
    numbers = [places.get(as_text(cell, f) or "", 0) for cell in cells]
    return np.asarray((np.array(numbers, dtype=float)[:, None] - f["mean"]) / f["scale"])


def encode_date(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """Scaled days since 1970, then sine and cosine of the place in each cycle; all zeros for a missing date."""
    days = np.array([as_days(cell, f) for cell in cells], dtype=float)
    missing = np.isnan(days)
    known = np.where(missing, f["mean"], days)
    columns = [(known - f["mean"]) / f["scale"]]
    for cycle in f["cycles"]:
        angle = 2 * np.pi * share_of(cycle, known)
        columns += [np.sin(angle), np.cos(angle)]
    encoded = np.column_stack(columns)
    encoded[missing] = 0
    return np.column_stack([encoded, missing]) if f["missing"] else encoded


def encode_array(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """(number - mean) / scale for each number of a cell, nested or flat; zeros where numbers are missing."""
    size = math.prod(f["shape"])
    encoded = np.zeros((len(cells), size), np.float32)
    for place, cell in enumerate(cells):
        if cell is None:
            continue
        numbers = np.asarray(cell, dtype=np.float32)
        if f.get("padded") and numbers.ndim == 1 and len(numbers) < size and are_ids(numbers):
            numbers = np.pad(numbers, (0, size - len(numbers)))
        if numbers.shape not in {tuple(f["shape"]), (size,)} or not np.isfinite(numbers).all():
            raise RowsChanged(f"`{f['column']}` has to be an array of {list(f['shape'])} finite numbers or None.")
        encoded[place] = (numbers.reshape(-1) - np.float32(f["mean"])) / np.float32(f["scale"])
    return encoded


def are_ids(numbers: Array) -> bool:
    """Tell whether they are whole numbers from 0, as token ids are: shorter lists of them were filled up with 0."""
    return bool(np.isfinite(numbers).all() and (numbers >= 0).all() and (numbers == np.floor(numbers)).all())


def share_of(cycle: str, days: Array) -> Array:
    """Tell how much of the year, the week (from Monday) or the day has passed."""
    if cycle == "day":
        return np.asarray(days - np.floor(days))
    if cycle == "week":
        return np.asarray((days + 3) % 7 / 7)
    start = np.floor(days).astype("datetime64[D]").astype("datetime64[Y]")
    first = start.astype("datetime64[D]")
    length = (start + np.timedelta64(1, "Y")).astype("datetime64[D]") - first
    return np.asarray((days - first.astype(float)) / length.astype(float))


ENCODERS: dict[str, Callable[[Mapping[str, Any], Sequence[Any]], Array]] = {
    "number": encode_number,
    "category": encode_category,
    "boolean": encode_boolean,
    "ordinal": encode_ordinal,
    "date": encode_date,
    "array": encode_array,
    "text": encode_text,
}


def as_amount(cell: Any, f: Mapping[str, Any]) -> float:
    """Read a number, or a text as the cells of the column were read in training; NaN for one that is missing."""
    if cell is None or (isinstance(cell, str) and is_missing(cell, f.get("missing_words"), of_numbers=True)):
        return math.nan
    number = read_number(cell, f.get("format")) if isinstance(cell, str) else None
    number = as_number(cell if number is None else number, f["column"])
    return math.nan if is_missing_number(number, f.get("missing_words")) else number


def as_number(cell: Any, column: str) -> float:
    """Read a finite number."""
    number = math.nan
    if isinstance(cell, int | float | np.number) and not isinstance(cell, bool):
        with contextlib.suppress(OverflowError):
            number = float(cell)
    if not math.isfinite(number):
        raise RowsChanged(f"`{column}` has to be a finite number or None, not {str(cell)[:40]!r}.")
    return number


def as_days(cell: Any, f: Mapping[str, Any]) -> float:
    """Read a date in the column's format or in ISO 8601 as days since 1970; NaN for one that is missing.

    A number is read by its digits where the format of the column is known.
    """
    if is_missing_number(cell, f.get("missing_words")):
        return math.nan
    if f.get("format") and isinstance(cell, int | float | np.number) and not isinstance(cell, bool):
        cell = number_text(as_number(cell, f["column"]))
    if cell is None or (isinstance(cell, str) and is_missing(cell, f.get("missing_words"), of_numbers=True)):
        return math.nan
    days = read_date(cell, f.get("format", "")) if isinstance(cell, str) else None
    if days is None:
        own = f" like `{f['format']}`, or" if f.get("format") else ""
        raise RowsChanged(f"`{f['column']}` has to be a date{own} like 2024-05-31 or None, not {str(cell)[:40]!r}.")
    return days


def as_text(cell: Any, f: Mapping[str, Any]) -> str | None:
    """Write a cell as the table does; None for one that says that there is no value, and is none."""
    if cell is None or (is_missing_number(cell, f.get("missing_words")) and str(cell) not in f["values"]):
        return None
    if isinstance(cell, str):
        text = cell.strip(SPACE)
        if text not in f["values"] and (number := plain_number(text)) is not None and are_numbers(tuple(f["values"])):
            text = number_text(number)
        return None if text not in f["values"] and is_missing(text, f.get("missing_words")) else text
    return number_text(as_number(cell, f["column"]))


@cache
def are_numbers(values: tuple[str, ...]) -> bool:
    """Whether all values are numbers: those of a column of numbers that is read as categories."""
    numbers = [plain_number(value) for value in values]
    return all(
        number is not None and number_text(number) == value for number, value in zip(numbers, values, strict=True)
    )


def number_text(number: float) -> str:
    """Write a number as people do: whole ones without a decimal point."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e16 else repr(number)
