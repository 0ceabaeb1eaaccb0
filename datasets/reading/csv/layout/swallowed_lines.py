"""Files whose quotes are characters in one cell and seem to open another, which then takes in the lines below it."""

import re
from collections.abc import Iterator

from datasets.errors import FilePosition, TextAfterQuote
from datasets.limits import Limits
from datasets.reading.csv.records import CsvRow, Lines, read_records
from datasets.reading.csv.way import Way
from datasets.reading.overrides import SPACES

LINE_END = re.compile(r"\r\n|\r|\n")


class _RecordedLines:
    """A file that keeps the lines that were read last."""

    def __init__(self, file: Lines) -> None:
        self._file = file
        self.last: list[str] = []

    def readline(self, size: int = -1, /) -> str:
        """Return the next line, or its beginning."""
        text = self._file.readline(size)
        if text:
            self.last.append(text)
        return text


def read_checked(file: Lines, way: Way, limits: Limits, *, width: int, is_told: bool = False) -> Iterator[CsvRow]:
    """Yield the rows of a file, read strictly, of which some have quotes.

    Raises TextAfterQuote where quotes stand inside of cells as characters and one at the start of a cell swallows lines
    that are rows of `width` cells by themselves, unless the quote is told.
    """
    if is_told or not way.quote or way.escape or way.delimiter == SPACES:
        yield from read_records(file, way, limits, strict=bool(way.quote))
        return
    lines = _RecordedLines(file)
    as_character: int | None = None
    swallowing: CsvRow | None = None
    for record in read_records(lines, way, limits, strict=True):
        if as_character is None and _is_as_written(record, lines.last[-1], way):
            as_character = record.line
        if swallowing is None and record.last_line > record.line and _is_rows(record, way, width):
            swallowing = record
        if as_character is not None and swallowing is not None:
            raise _doubtful(swallowing, as_character, way)
        lines.last.clear()
        yield record


def _is_as_written(record: CsvRow, line: str, way: Way) -> bool:
    """Whether a row has quotes, and none of them had a meaning."""
    if way.quote not in line or record.last_line > record.line:
        return False
    return way.delimiter.join(record.cells) == line.rstrip("\r\n")


def _is_rows(record: CsvRow, way: Way, width: int) -> bool:
    """Whether the lines of a row are rows themselves where quotes mean nothing."""
    lines = LINE_END.split(way.delimiter.join(record.cells))
    return width > 1 and all(line.count(way.delimiter) + 1 == width for line in lines)


def _doubtful(record: CsvRow, line: int, way: Way) -> TextAfterQuote:
    return TextAfterQuote(
        f"A quote ({way.quote}) at the start of a cell on line {record.line} takes in the lines to {record.last_line}, "
        f"and on line {line} quotes stand inside of a cell as characters: these may be such, too.",
        position=FilePosition(line=record.line),
        expected="quotes that all mean the same",
        hint=f"Say `quote=` (nothing) if quotes are plain characters, or `quote={way.quote}` if cells with line breaks "
        "are quoted.",
    )
