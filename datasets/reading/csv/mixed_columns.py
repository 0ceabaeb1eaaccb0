"""Warnings about columns of text that look like numbers, with the line of the first cell that decided so."""

from collections.abc import Sequence

from datasets.columns.column import DataWarning
from datasets.columns.scan import ColumnScan, FirstPlace
from datasets.errors import FilePosition, shorten
from datasets.limits import Limits
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.locate_fault import find_lines
from datasets.reading.csv.text_file import TextFile


def about_mixed_columns(
    scans: Sequence[ColumnScan], source: TextFile, layout: Layout, limits: Limits
) -> tuple[DataWarning, ...]:
    """Columns that would be numbers but for a few cells, or for digits that no number keeps, with the first."""
    misfits = [(index, scan.mostly_numbers or scan.kept_as_text) for index, scan in enumerate(scans)]
    found = [(index, place) for index, place in misfits if place is not None]
    if not found:
        return ()
    lines = find_lines(source, layout, limits, [place.row for _, place in found])
    return tuple(
        DataWarning(
            code="data.digits_kept" if place is scans[index].kept_as_text else "data.mixed_column",
            message=_why(scans[index], place, layout.names[index], lines.get(place.row)),
            column=layout.names[index],
            position=FilePosition(line=lines.get(place.row), row=place.row, column=index + 1, name=layout.names[index]),
        )
        for index, place in found
    )


def _why(scan: ColumnScan, place: FirstPlace, name: str, line: int | None) -> str:
    where = f"`{shorten(place.text)}` on line {line} (data row {place.row})"
    if place is scan.kept_as_text:
        return f"A number would not keep the digits of {where}, so `{name}` is read as text."
    return f"Most cells of `{name}` are numbers, but {where} is not, so the column is read as text."
