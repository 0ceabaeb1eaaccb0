"""Warnings about single values: labels that differ in hardly anything, and numbers far away from all others."""

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from datasets.columns.cells import number_text
from datasets.columns.column import Column, DataWarning, Kind
from datasets.errors import FilePosition, shorten

MOST_LABELS = 1_000
MOST_SHOWN = 3
FAR = 1e6
"""How many times as far from 0 as the middle half of a column a number lies that hides all others once scaled."""
FAR_FROM_NOTHING = 1e15
FEW_FAR = 1e-3
"""Above this share of the rows such numbers belong to the column."""
UNTIDY = re.compile(r"[^\S ]|  |(?:\A|\0) |[ .](?:\0|\Z)")
"""Blanks and dots, among labels with a NUL between them, that `folded` leaves out."""

Lines = Callable[[Sequence[int]], dict[int, int]]


def about_values(columns: Sequence[Column], arrow: pa.Table, lines: Lines | None = None) -> tuple[DataWarning, ...]:
    """Return the warnings; `lines` finds the lines of data rows, where the file has lines."""
    return (*_alike(columns, arrow), *_far_away(columns, arrow, lines))


def folded(label: str) -> str:
    """Return what is left of a label without upper case, dots at its end and blanks beside and between its words."""
    return " ".join(label.casefold().split()).rstrip(". ")


def _alike(columns: Sequence[Column], arrow: pa.Table) -> Iterator[DataWarning]:
    for column in columns:
        if column.kind not in {Kind.CATEGORY, Kind.BOOLEAN} or column.numeric or column.distinct > MOST_LABELS:
            continue
        labels = _labels(column, arrow[column.name])
        if _are_apart(labels):
            continue
        same: dict[str, list[str]] = {}
        for label in labels:
            same.setdefault(folded(label), []).append(label)
        pairs = [labels for labels in same.values() if len(labels) > 1]
        if pairs:
            yield DataWarning(code="data.similar_labels", message=_told(column.name, pairs), column=column.name)


def _are_apart(labels: Sequence[str]) -> bool:
    """Tell at a glance that labels differ in more than case and have no blanks or dots to leave out."""
    together = "\0".join(labels)
    return not UNTIDY.search(together) and len(set(together.casefold().split("\0"))) == len(labels)


def _labels(column: Column, cells: pa.ChunkedArray) -> list[str]:
    if pa.types.is_dictionary(cells.type):
        longest: list[str] = max((chunk.dictionary for chunk in cells.iterchunks()), key=len).to_pylist()
        return longest
    return [str(entry["value"]) for entry in column.statistics.get("top") or ()]


def _told(name: str, pairs: Sequence[Sequence[str]]) -> str:
    shown = "; ".join(" and ".join(f"`{shorten(label, 40)}`" for label in labels) for labels in pairs[:MOST_SHOWN])
    more = f" and {len(pairs) - MOST_SHOWN} more" if len(pairs) > MOST_SHOWN else ""
    return (
        f"`{name}` holds labels that differ in case, blanks or a dot at the end only: {shown}{more}. "
        "They are different values here; write them the same way if they mean the same."
    )


def _far_away(columns: Sequence[Column], arrow: pa.Table, lines: Lines | None) -> Iterator[DataWarning]:
    found = [
        (place, column, where)
        for place, column in enumerate(columns, start=1)
        if column.kind is Kind.NUMBER and (where := _first_far(column, arrow)) is not None
    ]
    line_of = lines([row for _, _, (row, _, _) in found]) if lines is not None and found else {}
    for place, column, (row, value, count) in found:
        position = FilePosition(line=line_of.get(row), row=row, column=place, name=column.name)
        more = "" if count == 1 else f" ({count} such numbers)"
        message = (
            f"`{number_text(value)}` at {position} is far away from all other numbers of its column{more}: scaled "
            "with it, they look all the same. Correct it or leave the cell empty if it is a mistake."
        )
        yield DataWarning(code="data.far_value", message=message, column=column.name, position=position)


def _first_far(column: Column, arrow: pa.Table) -> tuple[int, float, int] | None:
    """Return data row and value of the first such number, and how many there are."""
    told = column.statistics
    quartiles = [abs(told["quantiles"][key] or 0.0) for key in ("0.25", "0.75")] if told.get("quantiles") else [0.0]
    middle = max(quartiles)
    bound = FAR * middle if middle else FAR_FROM_NOTHING
    if max(abs(told.get("min") or 0.0), abs(told.get("max") or 0.0)) <= bound:
        return None
    row, first, value, count = 1, None, 0.0, 0
    for chunk in arrow[column.name].iterchunks():
        places = np.flatnonzero(np.abs(chunk.to_numpy(zero_copy_only=False)) > bound)
        if len(places) and first is None:
            first, value = row + int(places[0]), float(chunk[int(places[0])].as_py())
        row, count = row + len(chunk), count + len(places)
    if first is None or count > max(1, FEW_FAR * arrow.num_rows):
        return None
    return first, value, count
