"""Warnings about columns of text that would be numbers but for a few cells, with the line of the first."""

from collections.abc import Sequence

from datasets.columns.column import DataWarning
from datasets.columns.scan import ColumnScan
from datasets.errors import FilePosition, shorten
from datasets.limits import Limits
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.locate_fault import find_lines
from datasets.reading.csv.text_file import TextFile


def about_mixed_columns(
    scans: Sequence[ColumnScan], source: TextFile, layout: Layout, limits: Limits
) -> tuple[DataWarning, ...]:
    """Columns that would be numbers but for a few cells, with the first of these."""
    misfits = [(index, scan.mostly_numbers) for index, scan in enumerate(scans)]
    found = [(index, place) for index, place in misfits if place is not None]
    if not found:
        return ()
    lines = find_lines(source, layout, limits, [place.row for _, place in found])
    return tuple(
        DataWarning(
            code="data.mixed_column",
            message=f"Most cells of `{layout.names[index]}` are numbers, but `{shorten(place.text)}` on line "
            f"{lines.get(place.row)} (data row {place.row}) is not, so the column is read as text.",
            column=layout.names[index],
            position=FilePosition(line=lines.get(place.row), row=place.row, column=index + 1, name=layout.names[index]),
        )
        for index, place in found
    )
