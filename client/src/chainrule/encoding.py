"""Rows to network inputs, by the preprocessing that was fitted in training."""

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.errors import RowsChanged

Row = Mapping[str, Any]
Array = np.ndarray
MISSING_MARKS = {"", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "?", "-"}
SPACE = " \t\n\v\f\r"


def encode(rows: Sequence[Row], preprocessing: Mapping[str, Any]) -> Array:
    """Network inputs, shape (rows, inputs); raise `RowsChanged` for cells that training could not have seen."""
    parts = [ENCODERS[f["kind"]](f, cells_of(rows, f["column"])) for f in preprocessing["features"]]
    return np.hstack(parts).astype(np.float32)


def cells_of(rows: Sequence[Row], column: str) -> list[Any]:
    """Take a column out of rows."""
    for number, row in enumerate(rows, start=1):
        if column not in row:
            raise RowsChanged(f"Row {number} lacks `{column}`. A value that is not known is None.")
    return [row[column] for row in rows]


def encode_number(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """(value - mean) / scale; a missing cell gets the fill, and a second input that says so."""
    numbers = np.array([np.nan if cell is None else as_number(cell, f["column"]) for cell in cells])
    missing = np.isnan(numbers)
    scaled = (np.where(missing, f["fill"], numbers) - f["mean"]) / f["scale"]
    return np.column_stack([scaled, missing] if f["indicator"] else [scaled])


def encode_category(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """One input per value, then `other` and `missing` where these exist."""
    texts = [as_text(cell, f["column"]) for cell in cells]
    columns = [[text == value for text in texts] for value in f["values"]]
    if f["other"]:
        columns.append([text is not None and text not in f["values"] for text in texts])
    if f["missing"]:
        columns.append([text is None for text in texts])
    return np.array(columns, dtype=float).reshape(len(columns), len(cells)).T


def encode_boolean(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """0 for the first value, 1 for the second; a second input for cells without a value."""
    texts = [f["values"][cell] if isinstance(cell, bool) else as_text(cell, f["column"]) for cell in cells]
    columns = [[text == f["values"][1] for text in texts]]
    if f["missing"]:
        columns.append([text is None for text in texts])
    return np.array(columns, dtype=float).T


ENCODERS: dict[str, Callable[[Mapping[str, Any], Sequence[Any]], Array]] = {
    "number": encode_number,
    "category": encode_category,
    "boolean": encode_boolean,
}


def as_number(cell: Any, column: str) -> float:
    """Read a number; a text is none, not even one of digits, as for the service."""
    number = math.nan
    if isinstance(cell, int | float | np.number) and not isinstance(cell, bool):
        with contextlib.suppress(OverflowError):
            number = float(cell)
    if not math.isfinite(number):
        raise RowsChanged(f"`{column}` has to be a finite number or None, not {str(cell)[:40]!r}.")
    return number


def as_text(cell: Any, column: str) -> str | None:
    """Write a cell as the table does; None for one that says that there is no value."""
    if cell is None or (isinstance(cell, str) and cell.strip(SPACE) in MISSING_MARKS):
        return None
    if isinstance(cell, str):
        return cell.strip(SPACE)
    number = as_number(cell, column)
    return str(int(number)) if number.is_integer() and abs(number) < 1e16 else repr(number)
