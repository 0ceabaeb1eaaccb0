"""Columns of texts in a table that is one block: counted all at once, and dates of the usual form read so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.cells import NUMBER
from datasets.columns.date_formats import parse_dates
from datasets.columns.forms.date_form import ISO
from datasets.columns.number_scan import FirstPlace
from datasets.columns.parse_numbers import clean
from datasets.columns.scan import ColumnScan, SeenAtOnce
from datasets.columns.wide.first_places import Places, find_places
from datasets.columns.wide.no_form import hold_plain_numbers, hold_words
from datasets.columns.wide.value_orders import order_values
from datasets.columns.wide.wide_numbers import LEAST_COLUMNS, MOST_ROWS

ISO_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


@dataclass(frozen=True)
class _Cells:
    """The cells of all columns as codes (columns, rows) of the different texts, -1 where there is none."""

    codes: np.ndarray
    different: pa.Array
    places: Places

    def hold(self, of_text: np.ndarray) -> np.ndarray:
        """Lay out what is so of each text by cell; of a missing one it is not."""
        cells: np.ndarray = np.append(of_text, np.False_)[self.codes]
        return cells


def scan_wide_texts(block: Sequence[pa.Array], scans: Mapping[int, ColumnScan]) -> frozenset[int]:
    """Have the scans of text columns see a block that is the whole table; gives their indices.

    Columns of which every cell is a number are left to look at each by itself, and so are tables of few columns or of
    many rows. The scans have the same missing words.
    """
    if len(block) < LEAST_COLUMNS or len(block[0]) > MOST_ROWS or not scans:
        return frozenset()
    texts = pa.concat_arrays([block[index] for index in scans])
    cleaned = clean(texts, next(iter(scans.values())).words)
    cells = _coded(cleaned, rows=len(block[0]))
    marks = {mark for scan in scans.values() for mark in _decimals(scan)}
    misfits = {mark: _first_odd(cells, mark) for mark in marks}
    numbers = {mark: _count_numbers(cells, mark) for mark in marks}
    words = _missing_words(texts, cells)
    days = _days(cells)
    firsts = cells.codes[cells.places.is_first]
    values = cells.different.take(pa.array(firsts))
    orders = order_values(cells.different, firsts, cells.places)
    no_form = hold_words(cells.different, firsts, cells.places.distinct)
    if marks == {"."}:  # where there may be commas, columns are compared
        no_form |= hold_plain_numbers(cells.different, cells.codes, cells.places.distinct, misfits["."])
    ends = cells.places.distinct.cumsum().tolist()
    seen = set()
    for row, (index, scan) in enumerate(scans.items()):
        odd = [int(misfits[decimal][row]) for decimal in _decimals(scan)]
        distinct = int(cells.places.distinct[row])
        if not distinct or any(place < 0 for place in odd):
            continue
        start, end = ends[row] - distinct, ends[row]
        scan.see_at_once(
            SeenAtOnce(
                rows=len(block[0]),
                missing_words=words.get(row, []),
                values=values.slice(start, distinct),
                counts=cells.places.counts[start:end],
                orders=orders.of_columns[row],
                codes=orders.codes[row],
                misfits=[FirstPlace(row=place + 1, text=_text(cells, row, place)) for place in odd],
                number_counts=[numbers[decimal][row] for decimal in _decimals(scan)],
                days=days.get(row),
                has_no_form=bool(no_form[row]),
            )
        )
        seen.add(index)
    return frozenset(seen)


def _decimals(scan: ColumnScan) -> list[str]:
    return [each.decimal for each in scan.scans]


def _coded(cleaned: pa.Array, *, rows: int) -> _Cells:
    encoded = cleaned.dictionary_encode()
    codes = np.asarray(encoded.indices.fill_null(-1)).reshape(-1, rows)
    return _Cells(codes, encoded.dictionary, find_places(codes))


def _text(cells: _Cells, row: int, place: int) -> str:
    return str(cells.different[int(cells.codes[row, place])].as_py())


def _are_numbers(texts: pa.Array, decimal: str) -> np.ndarray:
    if decimal == ",":
        texts = pc.replace_substring(texts, ",", ".")
    return np.asarray(pc.match_substring_regex(texts, NUMBER))


def _first_odd(cells: _Cells, decimal: str) -> np.ndarray:
    """Find the place in each column of the first cell that is no number; -1 where there is none."""
    is_number = _are_numbers(cells.different, decimal)
    if decimal == ",":
        is_number = is_number & ~np.asarray(pc.match_substring(cells.different, "."))
    is_odd = cells.hold(~is_number)
    return np.where(is_odd.any(axis=1), is_odd.argmax(axis=1), -1)


def _count_numbers(cells: _Cells, decimal: str) -> list[int]:
    counts: list[int] = cells.hold(_are_numbers(cells.different, decimal)).sum(axis=1).tolist()
    return counts


def _missing_words(texts: pa.Array, cells: _Cells) -> dict[int, list[str]]:
    """List the words, by column, that stand where nothing is; empty cells have none."""
    places = np.flatnonzero(cells.codes < 0)
    words = pc.ascii_trim_whitespace(texts.take(pa.array(places))).to_pylist()
    found: dict[int, list[str]] = {}
    for row, word in zip((places // cells.codes.shape[1]).tolist(), words, strict=True):
        if word:
            found.setdefault(row, []).append(word)
    return found


def _days(cells: _Cells) -> dict[int, pa.Array]:
    """Read the columns of which every cell is a day like `2024-05-31`, as timestamps; by column."""
    is_day = np.asarray(pc.match_substring_regex(cells.different, ISO_DAY))
    rows = np.flatnonzero(~cells.hold(~is_day).any(axis=1) & (cells.places.distinct > 0))
    codes = cells.codes[rows]
    known, place = np.unique(codes[codes >= 0], return_inverse=True)
    read = parse_dates(cells.different.take(pa.array(known)), ISO) if len(known) else None
    if read is None:  # some day is not in the calendar
        return {}
    numbers = np.zeros(codes.shape, np.int64)
    numbers[codes >= 0] = np.asarray(read.cast(pa.int64()))[place]
    flat = pa.array(numbers.reshape(-1), mask=(codes < 0).reshape(-1)).cast(read.type)
    return {int(row): flat.slice(at * codes.shape[1], codes.shape[1]) for at, row in enumerate(rows)}
