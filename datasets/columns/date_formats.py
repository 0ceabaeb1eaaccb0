"""Columns of dates: which way of writing them all cells share, and when they are."""

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.forms.date_form import ISO, ISO_ZONE, TYPE, TYPED, DateForm
from datasets.columns.forms.guess_date import swapped
from datasets.columns.forms.missing_words import USUAL, MissingWords
from datasets.columns.parse_numbers import clean

FORMATS = (ISO, ISO_ZONE, "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S")
"""Tried in this order; a column has the first one that fits all of its cells."""
ALSO = ("%m.%d.%Y", "%m.%d.%Y %H:%M:%S")
"""Tried beside them, for whether dates that are taken day first could be meant otherwise."""
BEGINNING = re.compile(r"\s*\d{1,4}[-/.]\d")
FIRST = -30_610_224_000_000
"""1 January 1000 in milliseconds since 1970: an earlier year is a misread number."""


def parse_dates(cells: pa.Array, way: str) -> pa.Array | None:
    """Return timestamps of cells without nulls, in UTC where a zone is told; None when one of them is no such date."""
    if way == TYPED:
        return pc.cast(cells, TYPE, safe=False)
    try:
        if way == ISO:
            timestamps = pc.cast(cells, pa.timestamp("us"))
        elif way == ISO_ZONE:
            timestamps = pc.cast(cells, pa.timestamp("us", "UTC"))
        else:
            timestamps = pc.strptime(cells, format=way, unit="s", error_is_null=True)
    except pa.ArrowInvalid:
        return None
    timestamps = pc.cast(timestamps, TYPE, safe=False)
    is_early = pc.any(pc.less(pc.cast(timestamps, pa.int64()), FIRST)).as_py()
    return None if timestamps.null_count or is_early or _roll_over(cells, timestamps, way) else timestamps


def _roll_over(cells: pa.Array, timestamps: pa.Array, way: str) -> bool:
    """Tell whether strptime made a later moment of one that there is not: 1 May of 31 April, 10:31:00 of 10:30:60."""
    parts = re.findall("%(.)", way)
    for letter, part, largest in (("d", pc.day, 3), ("S", pc.second, 1)):
        if letter not in parts:
            continue
        read = part(timestamps)
        is_suspect = pc.less_equal(read, largest)
        pattern = rf"^(?:\D*\d+){{{parts.index(letter)}}}\D*(?P<written>\d+)"
        written = pc.struct_field(pc.extract_regex(cells.filter(is_suspect), pattern), "written")
        if pc.any(pc.not_equal(pc.cast(written, pa.int64()), read.filter(is_suspect))).as_py():
            return True
    return False


class DateScan:
    """Finds out whether a column holds dates, and how they are written."""

    form: DateForm | None = None

    def __init__(self) -> None:
        self._left: tuple[str, ...] = FORMATS + ALSO

    def add(self, cells: pa.Array, *, may_be: bool) -> None:
        """Look at a block of cells without nulls; what may be numbers is none."""
        if pa.types.is_timestamp(cells.type):
            self._left = (TYPED,)
        elif not may_be or not pa.types.is_string(cells.type) or (len(cells) and not may_be_date(cells[0].as_py())):
            self._left = ()
        self._left = tuple(way for way in self._left if self._fits(cells, way))

    def settle(self, way: str) -> None:
        """Take over that all cells are written in this way alone."""
        self._left = (way,)

    def _fits(self, cells: pa.Array, way: str) -> bool:
        if parse_dates(cells.slice(0, 1), way) is None:
            return False
        return parse_dates(cells, way) is not None

    @property
    def format(self) -> str | None:
        """How all cells seen are written, None when they are no dates; meaningless before the first cell."""
        return next((way for way in self._left if way not in ALSO), None)

    @property
    def other(self) -> str | None:
        """The format with day and month the other way round where that fits all cells, too."""
        other = swapped(self.format) if self.format else None
        return other if other in self._left else None


def may_be_date(text: str) -> bool:
    """Tell at a glance that a text is no date; trying eight formats on each of ten thousand columns takes seconds."""
    return BEGINNING.match(text) is not None


class DateConverter:
    """Text or typed timestamps to milliseconds since 1970."""

    type = TYPE

    def __init__(self, way: str, words: MissingWords = USUAL, *, form: DateForm | None = None) -> None:
        self._way, self._words, self._form = way, words, form
        self._bounds: list[Any] = []

    def convert(self, cells: pa.Array) -> pa.Array:
        """Return the cells as timestamps."""
        cells = clean(cells, self._words)
        known = cells.drop_null()
        timestamps = self._form.parse(known) if self._form else parse_dates(known, self._way)
        assert timestamps is not None  # noqa: S101 - the scan has read them all
        if len(known):
            bounds = pc.min_max(timestamps).as_py()
            self._bounds += [bound for bound in (bounds["min"], bounds["max"]) if bound is not None]
            self._bounds = [min(self._bounds), max(self._bounds)] if self._bounds else []
        if not cells.null_count:
            return timestamps
        places = pc.subtract(pc.cumulative_sum(pc.cast(cells.is_valid(), pa.int64())), 1)
        return timestamps.take(pc.if_else(cells.is_valid(), places, None))

    def statistics(self) -> dict[str, Any]:
        """Return the first and the last date, and how they are written."""
        low, high = ([bound.isoformat() for bound in self._bounds] or [None, None])[:2]
        return {"min": low, "max": high, "format": self._way}
