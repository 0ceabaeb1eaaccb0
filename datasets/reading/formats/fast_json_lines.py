"""JSON Lines by pyarrow's reader: for files that it reads exactly as the careful reader does, which is most of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.json

from datasets.columns.parse_numbers import LARGEST_EXACT

ROWS = 5000
BLOCK_BYTES = 4 << 20
BEHIND_AN_OBJECT = re.compile(rb"}[ \t\r]*[^,\]} \t\r\n]")
"""A second value on one line (or such words in a text): pyarrow would take it for a row of its own."""


class Unsure(Exception):
    """Something is not plain; the careful reader decides what, and tells it with its place."""


def write_plain(path: Path, schema: pa.Schema, spare: Path, *, max_line: int) -> bool:
    """Put a file of plain objects down as Arrow columns at `spare`; False where the careful reader must read it.

    The types are given and never inferred: a text that looks like a date stays a text, and numbers are doubles,
    rounded as Python rounds them. pyarrow is shown no line that is not an object: a lone `null` would end the process.
    """
    try:
        rows = _count_objects(path, max_line)
        with pa.ipc.new_file(str(spare), schema) as writer:
            for batch in _batches(path, schema):
                writer.write_batch(batch)
                rows -= batch.num_rows
    except (Unsure, pa.ArrowException):
        return False
    return rows == 0


def _count_objects(path: Path, max_line: int) -> int:
    """Count the lines, each of which is one object as far as its ends show."""
    count = 0
    with path.open("rb") as file:
        while line := file.readline(max_line + 2):
            text = line.strip(b" \t\r\n")
            if text and not (text[:1] == b"{" and text[-1:] == b"}" and len(line) <= max_line):
                raise Unsure
            if BEHIND_AN_OBJECT.search(text):
                raise Unsure
            count += bool(text)
    return count


def _batches(path: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Read in blocks, and give batches of as many rows as the careful reader's."""
    reader = pa.json.open_json(
        str(path),
        read_options=pa.json.ReadOptions(block_size=BLOCK_BYTES),
        parse_options=pa.json.ParseOptions(
            explicit_schema=schema, newlines_in_values=False, unexpected_field_behavior="error"
        ),
    )
    left = schema.empty_table()
    for block in reader:
        _check(block)
        left = pa.concat_tables([left, pa.Table.from_batches([block])])
        whole = left.num_rows - left.num_rows % ROWS
        yield from _cut(left.slice(0, whole))
        left = left.slice(whole)
    yield from _cut(left)


def _cut(table: pa.Table) -> Iterator[pa.RecordBatch]:
    joined = table.combine_chunks()
    for start in range(0, len(joined), ROWS):
        yield from joined.slice(start, ROWS).to_batches()


def _check(block: pa.RecordBatch) -> None:
    """Refuse to be sure of what JSON has no words for, of `-0` and long digits, of null within a list, of bad text."""
    for column in block.columns:
        if pa.types.is_string(column.type):
            column.validate(full=True)
        numbers = column.flatten() if pa.types.is_list(column.type) else column
        if pa.types.is_list(column.type) and numbers.null_count:
            raise Unsure
        if pa.types.is_floating(numbers.type):
            values = numbers.drop_null().to_numpy(zero_copy_only=False)
            if not np.isfinite(values).all() or np.signbit(values[values == 0]).any():
                raise Unsure
            if (np.abs(values) >= LARGEST_EXACT).any():
                raise Unsure  # digits that a float would not give back
