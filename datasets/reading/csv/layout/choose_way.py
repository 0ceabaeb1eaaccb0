"""The delimiter and the quoting of a file, chosen by which of them cuts the first rows into a table."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from datasets.columns.cells import is_number
from datasets.columns.forms.missing_words import OF_NUMBERS
from datasets.errors import DatasetError, EmptyFile, TextAfterQuote
from datasets.limits import Limits
from datasets.reading.csv.drawn import FRAMED, find_drawing
from datasets.reading.csv.layout.footers import split_footers
from datasets.reading.csv.records import CsvRow, read_records
from datasets.reading.csv.way import Way
from datasets.reading.overrides import SPACES, Overrides

DELIMITERS = ",;\t|"
BLANK_AND_QUOTE = re.compile(r'\A[ \t]+"')
BLANK_BEHIND = re.compile(r'"[ \t]+([,;\t|\r\n]|\Z)')
SIGNS = re.compile(r"""\A[ \t]+"|\\"|\A'.*''.*'\Z""", re.DOTALL)
IN_SINGLE_QUOTES = re.compile(r"'.*'", re.DOTALL)
ESCAPED = '\\"'
SAMPLE_ROWS = 1000
MOST_TITLES = 20
"""Lines above the header that say what the table is."""
FEW = 3
"""Rows that have to agree before blanks are believed to be a delimiter."""


@dataclass(frozen=True)
class Trial:
    """What a way makes of the first rows: how many of them have the usual number of cells, and what that is."""

    way: Way
    records: list[CsvRow]
    fault: TextAfterQuote | None = None

    @property
    def width(self) -> int:
        """The number of cells that most rows have; of two that are as frequent, the first row's."""
        counts = Counter(len(record.cells) for record in self.records)
        most = max(counts.values())
        return next(width for width in (len(record.cells) for record in self.records) if counts[width] == most)

    @property
    def agreement(self) -> float:
        """The share of rows that have as many cells as the first; 0 where that is one cell."""
        return self._share(len(self.records[0].cells), self.records)

    @property
    def agreement_below(self) -> float:
        """The same from the first row on that has the usual number: what stands above may be titles."""
        width = self.width
        first = next(place for place, record in enumerate(self.records) if len(record.cells) == width)
        return self._share(width, self.records[min(first, MOST_TITLES) :])

    @staticmethod
    def _share(width: int, records: list[CsvRow]) -> float:
        return sum(len(record.cells) == width for record in records) / len(records) if width > 1 else 0.0

    @property
    def quality(self) -> tuple[float, float, int]:
        """What the better of two ways has more of."""
        return self.agreement, self.agreement_below, self.width

    @property
    def is_table(self) -> bool:
        """Whether all rows agree but for titles, and no quote stands where none may."""
        return self.agreement_below == 1.0 and self.fault is None


def choose_way(text: str, overrides: Overrides, limits: Limits, *, cleans: bool = False) -> Trial:
    """Return the way that was told or fits best, with the rows that it finds; raises what is wrong with the first row.

    A rarer way of quoting is taken where the usual one leaves rows of different lengths, or signs of quoting inside of
    cells, and this one does not. With `cleans` what cannot be seen is left out at the edges of cells.
    """
    trial = _usual(text, overrides, limits, cleans=cleans)
    if trial.is_table and not _leaves_signs(trial):
        return trial
    for way in _rarer(text, trial.way, overrides):
        if trial.is_table and way.delimiter != trial.way.delimiter:
            continue
        other = try_way(text, way, limits)
        if other is None or not other.is_table or _leaves_signs(other):
            continue
        if way.trims_behind and other.agreement < 1.0:
            continue
        if way.delimiter != SPACES or way.drawing or _is_aligned(other):
            return other
    if trial.fault is not None:
        raise trial.fault
    return trial


def _leaves_signs(trial: Trial) -> bool:
    """Whether quotes that were meant as such stand in cells: behind a blank or a backslash, doubled, or everywhere."""
    if trial.way.quote != '"':
        return False
    rows = [record.cells for record in trial.records]
    signs = SIGNS if trial.way.escape is None else BLANK_AND_QUOTE
    if any(signs.search(cell) for row in rows for cell in row if '"' in cell or "'" in cell):
        return True
    columns = ([row[place] for row in rows if len(row) > place and row[place]] for place in range(trial.width))
    return any(len(column) >= FEW and all(map(IN_SINGLE_QUOTES.fullmatch, column)) for column in columns)


def try_way(text: str, way: Way, limits: Limits) -> Trial | None:
    """Parse the first rows; None where there is none. What is wrong with later ones is found later, with its place.

    A fault of quotes is kept; a quote that the end of the sample cuts open is none.
    """
    fault = _fault_of_quotes(text, way, limits)
    records: list[CsvRow] = []
    try:
        for record in islice(read_records(io.StringIO(text, newline=""), way, limits), SAMPLE_ROWS):
            records.append(record)  # noqa: PERF402 - the rows before a fault are kept
    except DatasetError:
        if not records:
            raise
    if not records:
        return None
    trial = Trial(way, records, fault)
    if way.comment and not way.comment_width:
        return trial
    return replace(trial, records=list(split_footers(records, trial.width)[0]) or records)


def _usual(text: str, overrides: Overrides, limits: Limits, *, cleans: bool) -> Trial:
    drawing = find_drawing(text) if overrides.comment is None and overrides.quote is None else ""
    told = Way(
        delimiter=DELIMITERS[0],
        quote='"' if overrides.quote is None else overrides.quote,
        escape=overrides.escape,
        comment=overrides.comment,
        cleans=cleans,
        drawing=drawing,
    )
    best: Trial | None = None
    for delimiter in overrides.delimiter or ("|" if drawing == FRAMED else DELIMITERS):
        quote = "" if drawing and delimiter == "|" else told.quote
        trial = try_way(text, replace(told, delimiter=delimiter, quote=quote), limits)
        if trial is None:
            raise EmptyFile("The file holds nothing but blank lines.", found="no text", expected="a header and rows")
        if best is None or trial.quality > best.quality:
            best = trial
    assert best is not None  # noqa: S101 - DELIMITERS is not empty
    return best


def _rarer(text: str, usual: Way, overrides: Overrides) -> Iterator[Way]:
    """Give the ways of quoting, then of cutting, that are seen now and then; none that contradicts what was told."""
    delimiters = (
        [usual.delimiter] if overrides.delimiter else [usual.delimiter, *DELIMITERS.replace(usual.delimiter, "")]
    )
    for delimiter in delimiters:
        way = replace(usual, delimiter=delimiter)
        if overrides.escape is None and ESCAPED in text and way.quote == '"':
            yield replace(way, escape="\\")
        if way.quote == '"' and any(found[1] in f"{delimiter}\r\n" for found in BLANK_BEHIND.finditer(text)):
            yield from (replace(way, trims=trims, trims_behind=True) for trims in (False, True))
        if delimiter + ' "' in text:
            yield replace(way, trims=True)
            yield from [replace(way, trims=True, escape="\\")] * (overrides.escape is None and ESCAPED in text)
        if overrides.quote is None and any(before + "'" in text for before in (delimiter, "\n", "\r")):
            yield replace(way, quote="'")
    if overrides.comment is None and ("\n#" in text or text.startswith("#")):
        for delimiter in delimiters:
            width = Counter(line.count(delimiter) + 1 for line in text.splitlines()[:SAMPLE_ROWS] if line[:1] != "#")
            if width:
                yield replace(usual, delimiter=delimiter, comment="#", comment_width=width.most_common(1)[0][0])
    if overrides.delimiter is None:
        yield replace(usual, delimiter=SPACES)


def _is_aligned(trial: Trial) -> bool:
    """Whether rows cut at blanks are columns and not sentences: most of their cells below the first row are numbers."""
    rows = [record.cells for record in trial.records if len(record.cells) == trial.width]
    return len(rows) >= FEW and sum(map(_holds_no_words, zip(*rows[1:], strict=True))) * 2 > trial.width


def _holds_no_words(column: Sequence[str]) -> bool:
    return all(is_number(cell) or cell in OF_NUMBERS for cell in column)


def _fault_of_quotes(text: str, way: Way, limits: Limits) -> TextAfterQuote | None:
    if not way.quote or way.quote not in text:
        return None
    try:
        for _ in islice(read_records(io.StringIO(text, newline=""), way, limits, strict=True), SAMPLE_ROWS):
            pass
    except TextAfterQuote as fault:
        return fault
    except DatasetError:
        return None
    return None
