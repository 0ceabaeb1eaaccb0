"""Warnings about columns that are not all of one kind or read two ways, with the line of the first such cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from datasets.columns.cells import MISSING_MARKS
from datasets.columns.column import DataWarning
from datasets.columns.number_scan import FirstPlace
from datasets.columns.scan import ColumnScan
from datasets.columns.set_dates import SetDates
from datasets.errors import FilePosition, shorten
from datasets.limits import Limits
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.locate_fault import find_lines
from datasets.reading.csv.text_file import TextFile


@dataclass(frozen=True, kw_only=True)
class _Finding:
    """What is to be said of a column; `{place}` in the words stands for the first such cell."""

    index: int
    code: str
    words: str
    place: FirstPlace | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


def about_mixed_columns(
    scans: Mapping[int, ColumnScan], source: TextFile, layout: Layout, limits: Limits
) -> tuple[DataWarning, ...]:
    """Columns that would be numbers or dates but for a few cells, or for digits that no number keeps; by index."""
    found = [finding for index, scan in scans.items() for finding in _findings(index, scan)]
    rows = {finding.place.row for finding in found if finding.place}
    lines = find_lines(source, layout, limits, rows) if rows else {}
    return tuple(_warning(finding, layout.names[finding.index], lines) for finding in found)


def _findings(index: int, scan: ColumnScan) -> Iterator[_Finding]:
    place = None if scan.doubts else scan.mostly_numbers or scan.misfit
    if (kept := scan.kept_as_text) is not None:
        words = "A number would not keep the digits of {place}, so {name} is read as text."
        yield _Finding(index=index, code="data.digits_kept", words=words, place=kept)
    elif place is not None:
        most = "numbers" if scan.mostly_numbers else scan.most_are
        words = f"Most cells of {{name}} are {most}, but {{place}} is not, so the column is read as text."
        told = {"missing_words": [*MISSING_MARKS[1:], place.text]}
        yield _Finding(index=index, code="data.mixed_column", words=words, place=place, told=told)
    elif isinstance(scan.dates, SetDates) and scan.dates.first_bad is not None:
        cells = f"{scan.dates.bad} of {scan.dates.good + scan.dates.bad} cells"
        are = "is no date" if scan.dates.bad == 1 else "are no dates"
        words = f"{cells} of {{name}} {are} like `{scan.dates.form.format}`: {{place}}. They count as missing."
        yield _Finding(index=index, code="data.bad_dates", words=words, place=scan.dates.first_bad)
    for doubt in scan.doubts:
        yield _Finding(index=index, code=doubt.code, words=f"{{name}} {doubt.words}", told=doubt.told)


def _warning(finding: _Finding, name: str, lines: dict[int, int]) -> DataWarning:
    place, where, position = finding.place, "", None
    if place is not None:
        line = lines.get(place.row)
        where = f"`{shorten(place.text)}` on line {line} (data row {place.row})"
        position = FilePosition(line=line, row=place.row, column=finding.index + 1, name=name)
    message = finding.words.replace("{name}", f"`{name}`").replace("{place}", where)
    told = {option: {name: said} if option == "date_format" else said for option, said in finding.told.items()}
    return DataWarning(code=finding.code, message=message, column=name, position=position, patch=told or None)
