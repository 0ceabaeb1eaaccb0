"""The typed source: columns with types and blocks of rows, as every reader of typed files gives them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from datasets.columns.column import DataWarning

BLOCK_CELLS = 1 << 20
"""How many numbers a block of rows holds at most."""


@dataclass(frozen=True, kw_only=True)
class TypedSource:
    """Columns by name and type, and a way to go over them in blocks of rows as often as needed.

    `shapes` has the shape of one row for columns of vectors whose type does not tell it; `details` is shown to the
    owner of the file.
    """

    format: str
    schema: pa.Schema
    rows: int | None
    blocks: Callable[[], Iterator[pa.RecordBatch]]
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[DataWarning, ...] = ()


def rows_per_block(width: int) -> int:
    """Return how many rows of this many numbers are read at once."""
    return max(1, min(1 << 16, BLOCK_CELLS // max(1, width)))
