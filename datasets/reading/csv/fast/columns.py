"""One column of a large file in the single pass: scanned and brought to its final type, block by block."""

from typing import Any

import numpy as np
import pyarrow as pa

from datasets.columns.cells import SPACE
from datasets.columns.column import Column, Kind
from datasets.columns.convert import CODED, describe
from datasets.columns.date_formats import DateConverter, DateScan
from datasets.columns.forms.missing_words import USUAL, MissingWords
from datasets.columns.parse_numbers import LARGEST_EXACT, clean
from datasets.columns.scan import ColumnScan
from datasets.columns.statistics import NumberSummary
from datasets.reading.csv.fast.roles import NotPlain, ReadOtherwise, Role

NUMBERS_TOLD_APART = 10_000
"""Different numbers that are counted in a column of a large file; beyond, it has many."""


class Numbers:
    """Floats with nulls; their spread is measured later, when their bounds are known."""

    type = pa.float64()

    def __init__(self, name: str, width: int) -> None:
        self.scan = ColumnScan(name, width=width, decimals=".", most_values=NUMBERS_TOLD_APART)
        self._width = width
        self._summary: NumberSummary | None = None

    def add(self, cells: pa.Array) -> pa.Array:
        """Take in a block; raises NotPlain at what is no finite number, so that the careful reader names its place."""
        self.scan.add(cells)
        if self.scan.scans[0].misfit or self.scan.scans[0].infinite:
            raise NotPlain
        return cells

    @property
    def summary(self) -> NumberSummary:
        """What a second look adds to, once all blocks were seen."""
        if self._summary is None:
            numbers = self.scan.numbers
            if numbers is None or (numbers.whole and max(-numbers.minimum, numbers.maximum) >= LARGEST_EXACT):
                raise NotPlain  # whole numbers with more digits than a float keeps
            self._summary = NumberSummary(numbers, width=self._width)
        return self._summary

    def statistics(self) -> dict[str, Any]:
        """Return what the numbers are like."""
        return self.summary.to_json()

    def describe(self) -> Column:
        """Return all that was found out."""
        return describe(self.scan, self)


class Codes:
    """Texts as numbers in the order of their first appearance, in a list that grows."""

    type = CODED

    def __init__(self, name: str, width: int, place: int, words: MissingWords = USUAL) -> None:
        self.scan = ColumnScan(name, width=width, decimals=".", words=words)
        self._place, self._most = place, self.scan.values.most_values
        self._codes: dict[str, int] = {}
        self._array: pa.Array = pa.array([], pa.string())
        self._counts = np.zeros(0, np.int64)
        self._rows = self._missing = 0

    def add(self, cells: pa.DictionaryArray) -> pa.Array:
        """Take in a block; raises ReadOtherwise where there are too many texts, NotPlain where some must be trimmed."""
        texts = cells.dictionary
        known = clean(texts, self.scan.words)
        words = np.asarray(known.is_null())
        if not known.drop_null().equals(texts.filter(pa.array(~words))):
            raise NotPlain
        places = np.array([self._place_of(text) for text in known.to_pylist()], np.int32)
        if len(self._codes) > self._most:
            raise ReadOtherwise(self._place, Role.TEXT)
        if self._rows and self._codes and not len(self._array):
            self._start_late(known.drop_null())
        codes = places[np.asarray(cells.indices)] if len(places) else np.zeros(len(cells), np.int32)
        missing = codes < 0
        self._rows, self._missing = self._rows + len(cells), self._missing + int(missing.sum())
        self._count(codes[~missing])
        if words.any():
            self._count_words(texts, np.bincount(np.asarray(cells.indices), minlength=len(texts)), words)
        # What stands under a null is stored, too: the block's first text, as it always was, so that digests stay.
        codes = np.where(missing, next(iter(places[places >= 0]), 0), codes)
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=missing), self._texts())

    def _place_of(self, text: str | None) -> int:
        return -1 if text is None else self._codes.setdefault(text, len(self._codes))

    def _count_words(self, texts: pa.Array, counts: np.ndarray, words: np.ndarray) -> None:
        """Count what stood where nothing is, empty cells left out."""
        for place in np.flatnonzero(words):
            if word := texts[int(place)].as_py().strip(SPACE):
                self.scan.missing_words[word] += int(counts[place])

    def _start_late(self, texts: pa.Array) -> None:
        """Give up a column that was empty for a block: an Arrow file cannot append to an empty list of texts."""
        self.scan.add(texts)
        raise ReadOtherwise(self._place, Role.NUMBER) if self.scan.numbers else NotPlain

    def _texts(self) -> pa.Array:
        if len(self._array) != len(self._codes):
            self._array = pa.array(list(self._codes), pa.string())
        return self._array

    def _count(self, codes: np.ndarray) -> None:
        counts = np.bincount(codes, minlength=len(self._codes))
        counts[: len(self._counts)] += self._counts
        self._counts = counts

    def statistics(self) -> dict[str, Any]:
        """Nothing more than the counts."""
        return {}

    def finish(self) -> None:
        """Count the texts, once all blocks were seen."""
        self.scan.add(self._texts())
        values = self.scan.values
        values.counts = self._counts[np.array([self._codes[text] for text in values.values.to_pylist()], np.int64)]
        self.scan.rows, self.scan.missing, values.seen = self._rows, self._missing, self._rows - self._missing

    def describe(self) -> Column:
        """Return all that was found out; raises ReadOtherwise for numbers and dates that the beginning did not show."""
        if self.scan.numbers:
            raise ReadOtherwise(self._place, Role.NUMBER)
        if self.scan.missing < self.scan.rows and (self.scan.dates.format or self.scan.mostly_numbers):
            raise ReadOtherwise(self._place, Role.TEXT)
        return describe(self.scan, self)


class Texts:
    """Text of which nothing repeats, or timestamps."""

    def __init__(self, name: str, width: int, way: str | None, words: MissingWords = USUAL) -> None:
        self.scan = ColumnScan(name, width=width, decimals=".", words=words)
        self._way, self._dates = way, DateConverter(way, words) if way else None
        self.type: pa.DataType = self._dates.type if self._dates else pa.string()

    def add(self, cells: pa.Array) -> pa.Array:
        """Take in a block; raises NotPlain where dates end being dates."""
        self.scan.add(cells)
        if self._dates is None:
            return clean(cells, self.scan.words)
        if self.scan.dates.format != self._way:
            raise NotPlain
        return self._dates.convert(cells)

    def statistics(self) -> dict[str, Any]:
        """Return the bounds of dates."""
        return self._dates.statistics() if self._dates else {}

    def finish(self) -> None:
        """Leave the scan as it is: it has seen every cell."""

    def describe(self) -> Column:
        """Return all that was found out; raises NotPlain where the type that was written is not the column's."""
        is_date = self.scan.kind() is Kind.DATE
        if is_date != (self._dates is not None) or self.scan.numbers:
            raise NotPlain
        return describe(self.scan, self._dates or self)


def first_way(cells: pa.Array, words: MissingWords = USUAL) -> str | None:
    """Return how the dates of a first block are written, None where it holds none."""
    scan = DateScan()
    known = clean(cells, words).drop_null()
    if len(known):
        scan.add(known, may_be=True)
    return scan.format if len(known) and not scan.other else None
