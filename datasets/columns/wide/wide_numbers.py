"""Columns of plain numbers in a table that is one block: read and described all at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.cells import NUMBER
from datasets.columns.column import Column
from datasets.columns.forms.codes import EXPONENT
from datasets.columns.forms.missing_words import MissingWords
from datasets.columns.parse_numbers import DIGITS_AT_RISK, clean, words_among
from datasets.columns.scan import ROW_NUMBER_NAMES
from datasets.columns.wide.describe_numbers import describe_numbers

LEAST_COLUMNS = 100
MOST_ROWS = 2000
"""Beyond, cells cost more than columns."""
DECIMAL_COMMA = "[0-9],[0-9]"


@dataclass(frozen=True)
class WideNumbers:
    """A column of numbers that is read already: what a scan and a converter would have found."""

    column: Column
    cells: pa.Array
    type: ClassVar[pa.DataType] = pa.float64()

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    def convert(self, text: pa.Array) -> pa.Array:  # noqa: ARG002 - the cells were read with those of all columns
        """Return the numbers."""
        return self.cells


def read_wide_numbers(
    block: Sequence[pa.Array], names: Sequence[str], words: MissingWords, *, delimiter: str
) -> dict[int, WideNumbers]:
    """Read the columns of plain, finite numbers of a block that is the whole table, by their index.

    Columns about which there is anything to decide are left out; tables of many rows and few columns, and those with
    decimal commas, altogether.
    """
    width, rows = len(block), len(block[0])
    if width < LEAST_COLUMNS or rows > MOST_ROWS or delimiter == ";":
        return {}
    if delimiter != "," and _has_decimal_comma(clean(pa.concat_arrays(block), words)):
        return {}
    first = clean(pa.concat_arrays([cells.slice(0, 1) for cells in block]), words)
    begun = np.flatnonzero(_each(pc.match_substring_regex(first, NUMBER), width, default=True)).tolist()
    if not begun:
        return {}
    found = _read([block[place] for place in begun], [names[place] for place in begun], words)
    return {begun[place]: column for place, column in found.items()}


def _has_decimal_comma(cells: pa.Array) -> bool:
    return bool(pc.any(pc.match_substring_regex(cells, DECIMAL_COMMA)).as_py())


def _read(block: Sequence[pa.Array], names: Sequence[str], words: MissingWords) -> dict[int, WideNumbers]:
    """Read columns that begin with a number or without."""
    width, rows = len(block), len(block[0])
    cells = clean(pa.concat_arrays(block), words)
    is_kept = _each(pc.match_substring_regex(cells, NUMBER), width, default=True).all(axis=1)
    is_kept &= ~_each(pc.match_substring_regex(cells, DIGITS_AT_RISK), width, default=False).any(axis=1)
    is_kept &= ~_each(pc.match_substring_regex(cells, EXPONENT), width, default=False).any(axis=1)
    is_kept &= np.array([name.strip().lower() not in ROW_NUMBER_NAMES for name in names])
    numbers = pc.cast(pc.if_else(pa.array(np.repeat(is_kept, rows)), cells, None), pa.float64())
    table = np.array(numbers.fill_null(np.nan)).reshape(width, rows)
    is_kept &= ~np.isinf(table).any(axis=1) & ~np.isnan(table).all(axis=1)
    places = np.flatnonzero(is_kept).tolist()
    table = np.ascontiguousarray(table[places])
    found = describe_numbers([names[place] for place in places], table)
    columns = [
        _with_words(column, block[place], cells.slice(place * rows, rows))
        for place, column in zip(places, found, strict=True)
    ]
    missing = np.isnan(table)
    return {
        place: WideNumbers(column, pa.array(row, mask=gaps) if column.missing else pa.array(row))
        for place, column, row, gaps in zip(places, columns, table, missing, strict=True)
    }


def _with_words(column: Column, text: pa.Array, cells: pa.Array) -> Column:
    """Add the words that were taken to say that there is no value."""
    words = words_among(text, cells) if column.missing else {}
    return replace(column, statistics={**column.statistics, "taken_as_missing": words}) if words else column


def _each(values: pa.Array, width: int, *, default: bool) -> np.ndarray:
    """Lay answers about cells out by column; missing cells have the default."""
    return np.asarray(values.fill_null(default)).reshape(width, -1)
