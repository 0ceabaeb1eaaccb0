"""Lines below the last row that hold none: totals, counts of rows, sources, and empty cells below them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from datasets.columns.cells import is_number
from datasets.columns.column import DataWarning
from datasets.errors import FilePosition, shorten
from datasets.reading.csv.records import CsvRow
from datasets.reading.totals import MEANS, TOTALS

MOST = 20
"""Lines that may stand below the table."""
FEW = 2
"""Rows above, that of the names among them, below which something may be a footer."""
TAIL, LONGEST_TAIL = 1 << 13, 1 << 23
"""Bytes at the end of a file in which its last line is looked for, and those beyond which it is longer than allowed."""
REMARK = re.compile(
    r"\(?\d+ (rows?|records?|lines?|zeilen?|filas?|lignes?|tuples?|entries)\b.{0,60}"
    r"|(#|//|--|%|\*|\u2020|\u00b9|\x1a|\x0c).*|[-=_*.~+|]{3,}|eof|end|-?end-?of-?(file|data|report)|query ok\b.*"
    r"|(sources?|notes?|footnotes?|quelle|anmerkung(en)?|fuente|nota|remarks?|legend|disclaimer|data source)\s*[:.].*"
    r"|(copyright|\u00a9|generated|exported|printed|created|downloaded|retrieved|last updated|updated|data as of)\b.*",
    re.IGNORECASE | re.DOTALL,
)
AMOUNT = re.compile(r"\W{0,3}\d[\d.,:/\s%'-]*\W{0,3}")


def may_be_footer(cells: Sequence[str], width: int) -> bool:
    """Whether a row looks like none at a glance; what follows decides."""
    if len(cells) != width:
        return len(cells) < width or REMARK.fullmatch(" ".join(cells)) is not None
    filled = [cell for cell in cells if cell.strip()]
    return width > 1 and (len(filled) <= 1 or _is_total(cells, is_apart=True))


def split_footers(records: Sequence[CsvRow], width: int) -> tuple[Sequence[CsvRow], Sequence[CsvRow]]:
    """Return the rows, and what stands below them."""
    start = len(records)
    while start > max(FEW, len(records) - MOST) and may_be_footer(records[start - 1].cells, width):
        start -= 1
    place = _first_below(records[start:], records[start - 1].last_line if start else 0, width) + start
    return records[:place], records[place:]


def without_footers(records: Iterable[CsvRow], width: int, found: list[CsvRow]) -> Iterator[CsvRow]:
    """Yield the rows; what stands below the last one goes to `found`."""
    waiting: list[CsvRow] = []
    last_line, rows, has_totals = 0, 0, False
    for record in records:
        if may_be_footer(record.cells, width) and rows >= FEW and not (has_totals and _is_total(record.cells)):
            waiting.append(record)
            if len(waiting) <= MOST:
                continue
        has_totals = has_totals or any(_is_total(each.cells) for each in (*waiting, record))
        yield from waiting
        if not waiting or waiting[-1] is not record:
            yield record
        last_line, rows, waiting = record.last_line, rows + 1, []
    place = _first_below(waiting, last_line, width)
    yield from waiting[:place]
    found += waiting[place:]


def may_have_footers(path: Path, delimiter: str, width: int) -> bool:
    """Tell by the last line of a file whether it is worth to look at its rows one by one."""
    last = _last_line(path)
    return last.count('"') % 2 == 0 and may_be_footer(last.split(delimiter), width)


def _last_line(path: Path) -> str:
    """Return the last line that holds more than blanks, whole however long it is."""
    size, tail = path.stat().st_size, TAIL
    while True:
        with path.open("rb") as file:
            file.seek(max(0, size - tail))
            lines = file.read().decode(errors="replace").replace("\r", "\n").split("\n")
        while len(lines) > 1 and not lines[-1].strip(" "):
            lines.pop()
        if len(lines) > 1 or tail >= min(size, LONGEST_TAIL):
            return lines[-1]
        tail *= 8


def about_footers(rows: Sequence[CsvRow], width: int, delimiter: str) -> tuple[DataWarning, ...]:
    """Tell what was left out below the table; the patch reads whole rows as such."""
    if not rows:
        return ()
    first, last = rows[0], rows[-1]
    shown = shorten(delimiter.join(first.cells))
    shown = shown if shown.isprintable() else ascii(shown)[1:-1]
    lines = (
        f"Line {first.line} (`{shown}`) is" if first is last else f"Lines {first.line} (`{shown}`) to {last.line} are"
    )
    is_whole = all(len(row.cells) == width for row in rows)
    return (
        DataWarning(
            code="data.footer_skipped",
            message=f"{lines} no row of the table, and left out."
            + (" If it is one, say so by `comment=#`." if is_whole and first is last else ""),
            position=FilePosition(line=first.line),
            patch={"comment": "#"} if is_whole else None,
        ),
    )


def _first_below(rows: Sequence[CsvRow], last_line: int, width: int) -> int:
    """Return the place of the first row from which on none is one; `last_line` is that of the row above."""
    place, is_below = 0, False
    for number, row in enumerate(rows):
        is_apart = is_below or row.line > last_line + 1
        is_below = _is_footer(row.cells, width, is_apart=is_apart and last_line > 0)
        if not is_below:
            place = number + 1
        last_line = row.last_line
    return place


def _is_footer(cells: Sequence[str], width: int, *, is_apart: bool) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return is_apart  # of which every cell is missing may be a row
    if _is_total(cells, is_apart=is_apart):
        return True
    if len(cells) != width and REMARK.fullmatch(" ".join(filled)):
        return True
    return is_apart and len(filled) == 1 and width > 1 and not is_number(filled[0])


def _is_total(cells: Sequence[str], *, is_apart: bool = False) -> bool:
    """Whether the first cell that holds something says that all others are totals."""
    filled = (cell.strip() for cell in cells if cell.strip())
    name = next(filled, "").rstrip(":. ")
    if not TOTALS.fullmatch(name) and not (is_apart and MEANS.fullmatch(name)):
        return False
    return all(AMOUNT.fullmatch(cell) for cell in filled)
