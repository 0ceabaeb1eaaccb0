"""What the owner of a table should know about it: things that do not stop the work."""

from collections.abc import Iterable, Sequence

from datasets.columns import Column, DataWarning, Kind
from datasets.errors import Position, shorten
from datasets.faults import find_lines
from datasets.inference import ColumnScan
from datasets.limits import Limits
from datasets.sniff import Layout
from datasets.source import Source


def about_mixed_columns(
    scans: Sequence[ColumnScan], source: Source, layout: Layout, limits: Limits
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
            position=Position(line=lines.get(place.row), row=place.row, column=index + 1, name=layout.names[index]),
        )
        for index, place in found
    )


def about_columns(columns: Iterable[Column]) -> tuple[DataWarning, ...]:
    """Columns that carry nothing to learn from."""
    return tuple(warning for column in columns if (warning := _about(column)) is not None)


def _about(column: Column) -> DataWarning | None:
    match column.kind:
        case Kind.EMPTY:
            code, what = "data.empty_column", "has no values"
        case Kind.CONSTANT:
            code, what = "data.constant_column", "has the same value in every row"
        case Kind.ID:
            atleast = "" if column.distinct_exact else "at least "
            code, what = "data.id_column", f"looks like an identifier ({atleast}{column.distinct} different values)"
        case _:
            return None
    message = f"`{column.name}` {what}; it is left out of the features unless it is included by name."
    return DataWarning(code=code, message=message, column=column.name)


def about_duplicates(count: int | None) -> tuple[DataWarning, ...]:
    """Rows that occur more than once."""
    if not count:
        return ()
    rows = "1 row is a copy" if count == 1 else f"{count} rows are copies"
    message = f"{rows} of an earlier one; copies in both parts of a split make validation look better than it is."
    return (DataWarning(code="data.duplicate_rows", message=message),)
