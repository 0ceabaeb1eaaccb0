"""The rows of delimited text with the line on which each begins: slow, exact, for samples and for finding faults."""

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TextIO

from datasets.errors import CellTooLong, FilePosition, LineTooLong, UnclosedQuote
from datasets.limits import Limits

END = "\0end"
"""A last row that only a quote left open can swallow: NUL is refused everywhere else."""


class CsvRow(NamedTuple):
    """One row of the file, its first and last line (from 1)."""

    line: int
    last_line: int
    cells: list[str]


def read_records(file: TextIO, delimiter: str, limits: Limits) -> Iterator[CsvRow]:
    """Yield the rows that are not blank; raises on an open quote, an endless line or an endless cell."""
    # The module keeps one limit for the whole process; raising it harms nobody, lowering it might.
    csv.field_size_limit(max(csv.field_size_limit(), limits.max_cell_chars))
    reader = csv.reader(_with_end(_bounded_lines(file, limits)), delimiter=delimiter)
    line = 1
    while True:
        try:
            cells = next(reader)
        except csv.Error as error:
            raise _over_long(line, limits) from error
        except StopIteration:
            raise AssertionError("the end row is always there") from None
        if cells == [END]:
            return
        if cells and cells[-1].endswith(END + "\n"):
            raise _unclosed(line, len(cells))
        if cells:
            yield CsvRow(line, reader.line_num, cells)
        line = reader.line_num + 1


def _bounded_lines(file: TextIO, limits: Limits) -> Iterator[str]:
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


def _unclosed(line: int, column: int) -> UnclosedQuote:
    return UnclosedQuote(
        f"The quote opened in the row that begins on line {line} is never closed.",
        position=FilePosition(line=line, column=column),
        expected='a closing "',
        hint='Close the quote; write a quote inside a quoted cell twice ("").',
    )


def _over_long(line: int, limits: Limits) -> CellTooLong:
    return CellTooLong(
        f"A cell in the row that begins on line {line} has more than {limits.max_cell_chars} characters.",
        position=FilePosition(line=line),
        expected=limits.max_cell_chars,
        hint='Is a quote (") left open on this line?',
    )
