"""Warnings about single values: labels that differ in hardly anything, and numbers far away from all others."""

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.cells import MISSING_MARKS, number_text
from datasets.columns.column import Column, DataWarning, Kind
from datasets.errors import FilePosition, shorten
from datasets.reading.overrides import LONGEST_COMMENT
from datasets.reading.totals import MEANS, PARTS, TOTALS

MOST_LABELS = 1_000
MOST_SHOWN = 3
FAR = 1e6
"""How many times as far from 0 as the middle half of a column a number lies that hides all others once scaled."""
FAR_FROM_NOTHING = 1e15
SENTINELS = frozenset(float(sign * int(digit * count)) for sign in (-1, 1) for digit in "9" for count in range(2, 8))
"""Numbers that people write where they have none: 99, -999, 9999 and the like."""
LEAST_SENTINELS = 2
APART = 3
"""How many times as far from the others as these are from each other such a number lies."""
FEW_LABELS = 1000
LISTS = {("[", "]"), ("{", "}")}
QUOTES = {
    ("\u201c", "\u201d"),
    ("\u201e", "\u201c"),
    ("\u201e", "\u201d"),
    ("\u00ab", "\u00bb"),
    ("\u2018", "\u2019"),
    ("`", "`"),
}
FEW_FAR = 1e-3
"""Above this share of the rows such numbers belong to the column."""
UNTIDY = re.compile(r"[^\S ]|  |(?:\A|\0) |[ .](?:\0|\Z)")
"""Blanks and dots, among labels with a NUL between them, that `folded` leaves out."""

Lines = Callable[[Sequence[int]], dict[int, int]]


def about_values(columns: Sequence[Column], arrow: pa.Table, lines: Lines | None = None) -> tuple[DataWarning, ...]:
    """Return the warnings; `lines` finds the lines of data rows, where the file has lines."""
    return (
        *_alike(columns, arrow),
        *_totals(columns, arrow),
        *_wrapped(columns, arrow),
        *_sentinels(columns, arrow),
        *_far_away(columns, arrow, lines),
    )


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


def _totals(columns: Sequence[Column], arrow: pa.Table) -> Iterator[DataWarning]:
    """Find rows that are called as those that add up others: what is learned from them is counted twice."""
    for place, column in enumerate(columns):
        if column.kind not in {Kind.CATEGORY, Kind.ID} or column.numeric or column.distinct > MOST_LABELS:
            continue
        labels = _labels(column, arrow[column.name])
        together = "\0".join(labels).casefold()
        if not any(part in together for part in PARTS):
            continue
        found = [label for label in labels if TOTALS.fullmatch(label.rstrip(":. ")) or MEANS.fullmatch(label)]
        if not found or len(found) * 2 > len(labels):
            continue
        is_own = (
            place == 0 and len(found[0]) <= LONGEST_COMMENT and sum(each.startswith(found[0]) for each in labels) == 1
        )
        leave = f" To leave them out, send `comment={found[0]}`." if is_own else ""
        shown = " and ".join(f"`{shorten(label, 40)}`" for label in found[:MOST_SHOWN])
        message = f"`{column.name}` holds {shown}: such rows often sum up others, and are read as rows here.{leave}"
        patch = {"comment": found[0]} if is_own else None
        yield DataWarning(code="data.total_rows", message=message, column=column.name, patch=patch)


def _wrapped(columns: Sequence[Column], arrow: pa.Table) -> Iterator[DataWarning]:
    """Find texts that all stand in signs that are part of how they are written, and of nothing that they say."""
    for column in columns:
        if column.kind not in {Kind.CATEGORY, Kind.ID, Kind.CONSTANT} or column.numeric:
            continue
        labels = _labels(column, arrow[column.name]) or arrow[column.name].slice(0, FEW_LABELS).to_pylist()
        labels = [label for label in labels if label]
        if not labels or (labels[0][0], labels[0][-1]) not in LISTS | QUOTES:
            continue
        around = {(label[0], label[-1]) for label in labels if len(label) > 1}
        if not labels or len(around) != 1 or any(len(label) < 2 for label in labels):
            continue
        opening, closing = around.pop()
        shown = shorten(str(labels[0]), 40)
        if (opening, closing) in LISTS:
            what = "lists or objects, which are read as texts: numbers in lists are read from JSON Lines or Parquet"
        elif (opening, closing) in QUOTES:
            what = f'texts in quotes that are no `"`: `{opening}` and `{closing}` are read as part of them'
        else:
            continue
        yield DataWarning(
            code="data.signs_around",
            message=f"All cells of `{column.name}` are {what} (`{shown}`).",
            column=column.name,
        )


def _sentinels(columns: Sequence[Column], arrow: pa.Table) -> Iterator[DataWarning]:
    """Find numbers like -999 that come again far away from all others, as they do where they say that there is none."""
    for column in columns:
        if column.kind is not Kind.NUMBER or not column.statistics.get("quantiles"):
            continue
        for value in (column.statistics.get("min"), column.statistics.get("max")):
            if value not in SENTINELS or _spread(column) <= 0:
                continue
            cells = arrow[column.name]
            count = pc.sum(pc.equal(cells, value)).as_py() or 0
            others = pc.min_max(cells.filter(pc.not_equal(cells, value))).as_py()
            gap = min(abs(value - others["min"]), abs(value - others["max"])) if others["min"] is not None else 0
            if count < LEAST_SENTINELS or gap < APART * (others["max"] - others["min"]):
                continue
            word = number_text(value)
            message = (
                f"`{column.name}` is {word} in {count} rows, far from all other numbers "
                f"({number_text(others['min'])} to {number_text(others['max'])}): if it says that there is no value, "
                f"send it among `missing_words`."
            )
            patch = {"missing_words": [*MISSING_MARKS[1:], word]}
            yield DataWarning(code="data.sentinel_value", message=message, column=column.name, patch=patch)


def _spread(column: Column) -> float:
    return float(column.statistics.get("std") or 0.0)


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
