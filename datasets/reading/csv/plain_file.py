"""A table that is written in an unusual way, written anew as plain CSV with every row on the line where it stood."""

import codecs
import csv
import mmap
import operator
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from datasets.columns.column import DataWarning
from datasets.errors import FilePosition
from datasets.limits import Limits
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.encoding.about import line_of
from datasets.reading.csv.layout.footers import about_footers, may_have_footers, without_footers
from datasets.reading.csv.layout.swallowed_lines import read_checked
from datasets.reading.csv.records import CsvRow, Lines, cleaned
from datasets.reading.csv.text_file import TextFile
from datasets.reading.csv.way import Way

CHUNK = 1 << 20
LEAST_HEADER = 3
"""Characters of a row of names below which its coming again would not be a surprise."""
BEFORE_OPENING, BEHIND_CLOSING = b"\r\n", b'\r\n"'


def as_plain_file(source: TextFile, layout: Layout, limits: Limits, spare: Path) -> tuple[TextFile, Layout]:
    """Return the file itself where every reader of CSV understands it, else a copy that says the same plainly.

    In the copy the way is the usual one, lines without a row are blank, and the first row is that of the names.
    Raises TextAfterQuote, UnclosedQuote and what else makes a row unreadable.
    """
    has_footers = layout.looks_for_footers and may_have_footers(source.path, layout.way.delimiter, layout.width)
    again = None if layout.header is None else _comes_again(source, layout)
    if layout.is_plain and not has_footers and not (again and layout.is_above_numbers):
        if source.has_quotes and _has_stray_quote(source.path, layout.way):
            _read_strictly(source, layout, limits)
        return source, replace(layout, warnings=(*layout.warnings, _about_possible_names(again))) if again else layout
    left = _rewrite(source, layout, limits, spare)
    plain = replace(
        layout,
        way=Way(delimiter=layout.way.delimiter),
        dropped=frozenset(),
        header=layout.names if layout.header is not None else None,
        warnings=(*layout.warnings, *left.warnings(layout)),
    )
    return replace(source, path=spare, has_quotes=True), plain


@dataclass(frozen=True)
class LeftOut:
    """What a copy does not have: lines of names that came again, of cells that were cleaned, and rows that are none."""

    repeated: list[int] = field(default_factory=list)
    unseen: list[int] = field(default_factory=list)
    footers: list[CsvRow] = field(default_factory=list)

    def warnings(self, layout: Layout) -> Iterator[DataWarning]:
        """Tell all of it."""
        yield from _about_repeated(self.repeated)
        yield from _about_invisible(self.unseen)
        yield from about_footers(self.footers, layout.width, layout.way.delimiter)


def _rewrite(source: TextFile, layout: Layout, limits: Limits, spare: Path) -> "LeftOut":
    """Write the copy; gives what is not in it."""
    left = LeftOut()
    header = list(layout.header or ())
    is_first, line = layout.header is not None, 1
    with (
        source.path.open(encoding="utf-8-sig", newline="") as file,
        spare.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out, delimiter=layout.way.delimiter, lineterminator="\n")
        for record in _table_rows(file, layout, limits, left):
            if not is_first and layout.is_above_numbers and record.cells == header:
                left.repeated.append(record.line)
                continue
            out.write("\n" * (record.line - line))
            cells = list(layout.names) if is_first else record.cells
            writer.writerow(cells)
            out.write("\n" * (record.last_line - record.line - sum(cell.count("\n") for cell in cells)))
            is_first, line = False, record.last_line + 1
    return left


def _table_rows(file: Lines, layout: Layout, limits: Limits, left: LeftOut) -> Iterator[CsvRow]:
    rows = _rows(file, layout, limits, left.unseen)
    return without_footers(rows, layout.width, left.footers) if layout.looks_for_footers else rows


def _rows(file: Lines, layout: Layout, limits: Limits, unseen: list[int]) -> Iterator[CsvRow]:
    """Yield the rows of the table; the line of each cell in which something was not seen goes to `unseen`."""
    as_written = replace(layout, way=replace(layout.way, cleans=False))
    for record in _checked(BlankedLines(file, layout.dropped), as_written, limits):
        if record.line in layout.dropped:
            continue
        if layout.way.cleans and (cells := cleaned(record.cells)) != record.cells:
            unseen += [record.line] * sum(map(operator.ne, cells, record.cells))
            yield record._replace(cells=cells)
        else:
            yield record


def _checked(file: Lines, layout: Layout, limits: Limits) -> Iterator[CsvRow]:
    is_told = layout.dialect.sureness.get("quote") == "told"
    return read_checked(file, layout.way, limits, width=layout.width, is_told=is_told)


class BlankedLines:
    """A file whose lines above the table are blank, so that a quote in a title opens nothing."""

    def __init__(self, file: Lines, dropped: frozenset[int]) -> None:
        self._file, self._dropped, self._line = file, dropped, 0

    def readline(self, size: int = -1, /) -> str:
        """Return the next line, or its beginning."""
        text = self._file.readline(size)
        is_dropped = self._line + 1 in self._dropped
        self._line += text.endswith(("\n", "\r"))
        return "\n" if is_dropped and text else text


def _about_possible_names(line: int) -> DataWarning:
    message = f"Line {line} holds the names of the columns again; it is read as a row, since words stand below them."
    return DataWarning(code="data.header_repeated", message=message, position=FilePosition(line=line))


def _about_repeated(lines: list[int]) -> tuple[DataWarning, ...]:
    if not lines:
        return ()
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    return (
        DataWarning(
            code="data.header_repeated",
            message=f"The names of the columns come again on line {lines[0]}{more}; that is no row of the table.",
            position=FilePosition(line=lines[0]),
        ),
    )


def _about_invisible(lines: list[int]) -> tuple[DataWarning, ...]:
    if not lines:
        return ()
    cells = "a cell" if len(lines) == 1 else f"{len(lines)} cells"
    return (
        DataWarning(
            code="data.invisible_characters",
            message=f"Characters that cannot be seen, or odd blanks, stand at the edge of {cells}, "
            f"first on line {lines[0]}; they are left out.",
            position=FilePosition(line=lines[0]),
        ),
    )


def _comes_again(source: TextFile, layout: Layout) -> int | None:
    """Return the line on which that of the names stands a second time; None where it does not."""
    with source.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        start = _start_of_line(content, layout.dialect.header_line or 1)
        end = content.find(b"\n", start)
        line = content[start:end].rstrip(b"\r").removeprefix(codecs.BOM_UTF8) if end > start else b""
        if len(line) < LEAST_HEADER:
            return None
        found = content.find(b"\n" + line, end)
        while found >= 0:
            behind = content[found + 1 + len(line) : found + 2 + len(line)]
            if behind in {b"", b"\r", b"\n"}:
                return line_of(source.path, found + 1)
            found = content.find(b"\n" + line, found + 1)
    return None


def _start_of_line(content: mmap.mmap, line: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = content.find(b"\n", start) + 1
    return start


def _has_stray_quote(path: Path, way: Way) -> bool:
    """Whether some quote neither begins a cell nor ends one: counted from the start, each second one closes."""
    before = np.isin(np.arange(256), list(BEFORE_OPENING + way.delimiter.encode() + b'"'))
    behind = np.isin(np.arange(256), list(BEHIND_CLOSING + way.delimiter.encode()))
    last, is_open, was_closing = ord("\n"), False, False
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text = np.frombuffer(chunk, np.uint8)
            if was_closing and not behind[text[0]]:
                return True
            places = np.flatnonzero(text == ord('"'))
            opening, closing = places[is_open::2], places[not is_open :: 2]
            ahead = np.concatenate([[last], text[:-1]])
            inner = closing[closing < len(text) - 1]
            if not before[ahead[opening]].all() or not behind[text[inner + 1]].all():
                return True
            was_closing = bool(len(closing) and closing[-1] == len(text) - 1)
            is_open, last = is_open ^ bool(len(places) % 2), int(text[-1])
    return False


def _read_strictly(source: TextFile, layout: Layout, limits: Limits) -> None:
    """Raise TextAfterQuote for the first quote that ends a cell before its end, or that may be a plain character."""
    with source.path.open(encoding="utf-8-sig", newline="") as file:
        for _ in _checked(file, layout, limits):
            pass
