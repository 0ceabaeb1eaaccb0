"""Rows of delimited text with their line numbers, by the csv module."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from datasets.columns.cells import INVISIBLE
from datasets.errors import CellTooLong, FilePosition, LineTooLong, TextAfterQuote, UnclosedQuote, shorten
from datasets.limits import Limits
from datasets.reading.csv.drawn import without_drawing
from datasets.reading.csv.way import Way
from datasets.reading.overrides import SPACES

EDGES = INVISIBLE + " \t"
END = "\0end"
"""A last row that only a quote left open can swallow: NUL is refused everywhere else."""
RUN = re.compile(r'("(?:[^"]|"")*")|[ \t]+')
"""A quoted cell, or a run of blanks."""


class Lines(Protocol):
    """A file of text, as far as it is needed here."""

    def readline(self, size: int = -1, /) -> str:
        """Return the next line, or its first `size` characters."""


class CsvRow(NamedTuple):
    """One row of the file, its first and last line (from 1)."""

    line: int
    last_line: int
    cells: list[str]


def read_records(file: Lines, way: Way, limits: Limits, *, strict: bool = False) -> Iterator[CsvRow]:
    """Yield the rows that are not blank; raises on an open quote, an endless line or an endless cell.

    With `strict`, text behind a closing quote is refused, too; without, it belongs to the cell.
    """
    # The module keeps one limit for the whole process; raising it harms nobody, lowering it might.
    csv.field_size_limit(max(csv.field_size_limit(), limits.max_cell_chars))
    reader = csv.reader(
        _with_end(_lines(file, way, limits)),
        delimiter=way.delimiter,
        quotechar=way.quote or None,
        quoting=csv.QUOTE_MINIMAL if way.quote else csv.QUOTE_NONE,
        escapechar=way.escape,
        doublequote=way.escape is None,
        skipinitialspace=way.trims,
        strict=strict,
    )
    line = 1
    while True:
        try:
            cells = next(reader)
        except csv.Error as error:
            raise _fault(str(error), way, line, reader.line_num, limits) from error
        except StopIteration:
            raise AssertionError("the end row is always there") from None
        if cells == [END]:
            return
        if cells and cells[-1].endswith(END + "\n"):
            raise _unclosed(line, len(cells), way)
        if cells and cells[-1].endswith(END):  # an escape at the very end of the file has taken the line break
            yield CsvRow(line, reader.line_num - 1, [*cells[:-1], cells[-1].removesuffix(END).removesuffix("\n")])
            return
        if cells:
            yield CsvRow(line, reader.line_num, cleaned(cells) if way.cleans else cells)
        line = reader.line_num + 1


def cleaned(cells: list[str]) -> list[str]:
    """Return the cells without what cannot be seen at their edges."""
    return [cell if cell.isascii() else cell.strip(EDGES) for cell in cells]


def _lines(file: Lines, way: Way, limits: Limits) -> Iterator[str]:
    lines = _bounded_lines(file, limits)
    if way.drawing:
        lines = (without_drawing(line, way.drawing) for line in lines)
    if way.trims_behind:
        lines = (_without_blanks_behind(line, way) for line in lines)
    if way.comment:
        lines = (_without_comment(line, way, way.comment) for line in lines)
    return map(_with_single_blanks, lines) if way.delimiter == SPACES else lines


def _without_comment(line: str, way: Way, sign: str) -> str:
    is_comment = line.startswith(sign) and line.count(way.delimiter) + 1 != way.comment_width
    return "\n" if is_comment else line


def _without_blanks_behind(line: str, way: Way) -> str:
    """Take away blanks behind closing quotes, in a line that no quoted cell goes beyond."""
    if line.count(way.quote) % 2:
        return line
    quote, sign = re.escape(way.quote), re.escape(way.delimiter)
    pattern = rf"(?P<cell>(?:^|{sign})[ \t]*{quote}(?:[^{quote}]|{quote}{quote})*{quote})[ \t]+(?={sign}|[\r\n]|$)"
    return re.sub(pattern, r"\g<cell>", line)


def _with_single_blanks(line: str) -> str:
    return RUN.sub(lambda found: found[1] or SPACES, line.strip(" \t\r\n")) + "\n"


def _bounded_lines(file: Lines, limits: Limits) -> Iterator[str]:
    number = 1
    while text := file.readline(limits.max_line_chars + 2):
        if len(text) > limits.max_line_chars and not text.endswith(("\n", "\r")):
            raise LineTooLong(
                f"Line {number} has more than {limits.max_line_chars} characters.",
                position=FilePosition(line=number),
                expected=limits.max_line_chars,
            )
        yield text
        number += 1


def _with_end(lines: Iterable[str]) -> Iterator[str]:
    last = ""
    for last in lines:
        yield last if last.endswith(("\n", "\r")) else last + "\n"
    yield END + "\n"


def _fault(said: str, way: Way, line: int, last_line: int, limits: Limits) -> TextAfterQuote | CellTooLong:
    if "expected after" not in said:
        return _over_long(line, limits)
    return TextAfterQuote(
        f"Text stands behind a closing quote ({way.quote}) on line {last_line}"
        + (f", in the row that begins on line {line}." if line != last_line else "."),
        position=FilePosition(line=last_line),
        expected=f"`{shorten(way.delimiter)}` or the end of the line behind a closing quote",
        hint='Write a quote inside a quoted cell twice (""), remove blanks behind closing quotes, or say `quote=` '
        "(nothing) if quotes are plain characters.",
    )


def _unclosed(line: int, column: int, way: Way) -> UnclosedQuote:
    return UnclosedQuote(
        f"The quote opened in the row that begins on line {line} is never closed.",
        position=FilePosition(line=line, column=column),
        expected=f"a closing {way.quote}",
        hint='Close the quote; write a quote inside a quoted cell twice (""), or say `quote=` (nothing) if quotes are '
        "plain characters.",
    )


def _over_long(line: int, limits: Limits) -> CellTooLong:
    return CellTooLong(
        f"A cell in the row that begins on line {line} has more than {limits.max_cell_chars} characters.",
        position=FilePosition(line=line),
        expected=limits.max_cell_chars,
        hint='Is a quote (") left open on this line?',
    )
