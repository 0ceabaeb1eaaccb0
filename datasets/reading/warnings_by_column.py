"""Warnings about single columns and rows of any file: they do not stop the work."""

from collections.abc import Iterable

from datasets.columns.column import Column, DataWarning, Kind


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
