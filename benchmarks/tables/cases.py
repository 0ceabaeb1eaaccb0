"""What a table of the benchmark is, and how its rows become text."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class TableCase:
    """One table, its target and what kind of thing it shows."""

    name: str
    shows: str
    target: str
    make: Callable[[], bytes]


def to_csv(header: Sequence[str], rows: Sequence[Sequence[object]], *, delimiter: str = ",") -> bytes:
    """Rows as RFC 4180 text; None is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return text.getvalue().encode()
