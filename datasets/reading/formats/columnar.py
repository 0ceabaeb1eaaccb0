"""Parquet and Arrow IPC files, read batch by batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc

from datasets.errors import BadColumnName, FileTooLarge, Malformed, TooManyColumns, TooManyRows
from datasets.limits import Limits
from datasets.reading.formats.typed_source import TypedSource, rows_per_block

SPAN = 16
"""How many times the bytes of a file its columns may take while they are read."""


def open_parquet(path: Path, limits: Limits) -> TypedSource:
    """Read the footer only; sizes that it announces are held to the limits first."""
    import pyarrow.parquet as pq  # noqa: PLC0415  # brings clients of object stores: 8 MB for a worker that only trains

    with _arrow_faults("Parquet"), pq.ParquetFile(path, memory_map=True, page_checksum_verification=True) as file:
        meta, schema = file.metadata, file.schema_arrow
        details = {"created_by": meta.created_by, "row_groups": meta.num_row_groups}
        rows = meta.num_rows
        _ = schema.names  # decodes them
        decoded = sum(meta.row_group(index).total_byte_size for index in range(meta.num_row_groups))
    refuse_sizes(len(schema), rows, decoded, limits)

    def blocks() -> Iterator[pa.RecordBatch]:
        with _arrow_faults("Parquet"), pq.ParquetFile(path, memory_map=True, page_checksum_verification=True) as file:
            yield from file.iter_batches(rows_per_block(len(schema)), use_threads=False)

    return TypedSource(format="parquet", schema=schema, rows=rows, blocks=blocks, details=details)


def open_arrow_file(path: Path, limits: Limits) -> TypedSource:
    """Map an Arrow IPC file (Feather version 2)."""
    with _arrow_faults("Arrow IPC"), pa.memory_map(str(path)) as file:
        schema = pa.ipc.open_file(file).schema
        _ = schema.names  # decodes them
    refuse_sizes(len(schema), 0, 0, limits)

    def blocks() -> Iterator[pa.RecordBatch]:
        with _arrow_faults("Arrow IPC"), pa.memory_map(str(path)) as file:
            reader = pa.ipc.open_file(file)
            for index in range(reader.num_record_batches):
                yield from _checked(reader.get_batch(index))

    return TypedSource(format="arrow", schema=schema, rows=None, blocks=blocks, details={"layout": "file"})


def open_arrow_stream(path: Path, limits: Limits) -> TypedSource:
    """Map an Arrow IPC stream."""
    with _arrow_faults("Arrow IPC"), pa.memory_map(str(path)) as file:
        schema = pa.ipc.open_stream(file).schema
        _ = schema.names  # decodes them
    refuse_sizes(len(schema), 0, 0, limits)

    def blocks() -> Iterator[pa.RecordBatch]:
        with _arrow_faults("Arrow IPC"), pa.memory_map(str(path)) as file:
            for batch in pa.ipc.open_stream(file):
                yield from _checked(batch)

    return TypedSource(format="arrow", schema=schema, rows=None, blocks=blocks, details={"layout": "stream"})


def refuse_sizes(columns: int, rows: int, decoded: int, limits: Limits) -> None:
    """Raise before anything is allocated for a table that is larger than the limits."""
    if columns > limits.max_columns:
        raise TooManyColumns(
            f"The file has {columns} columns; the limit is {limits.max_columns}.",
            found=columns,
            expected=limits.max_columns,
        )
    if rows > limits.max_rows:
        raise TooManyRows(f"The file has more than {limits.max_rows} rows.", found=rows, expected=limits.max_rows)
    if max(decoded, rows * columns) > SPAN * limits.max_bytes:
        raise FileTooLarge(
            f"The table takes {max(decoded, rows * columns)} bytes once it is unpacked.",
            found=max(decoded, rows * columns),
            expected=SPAN * limits.max_bytes,
            hint="Send fewer columns or rows.",
        )


def _checked(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Offsets of a file from outside may point anywhere: nothing is read before they are checked."""
    batch.validate(full=True)
    step = rows_per_block(batch.num_columns)
    for start in range(0, batch.num_rows, step):
        yield batch.slice(start, step)


@contextmanager
def _arrow_faults(what: str) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        message = f"A name in the file is not UTF-8: its byte {error.start + 1} is {error.object[error.start]:#04x}."
        raise BadColumnName(message, found=repr(error.object)[2:-1], expected="names in UTF-8") from error
    except (pa.ArrowException, OSError, MemoryError) as error:
        message = f"The file cannot be read as {what}: {str(error).splitlines()[0] if str(error) else 'no memory'}"
        raise Malformed(message[:300], expected=f"a whole {what} file", hint="Was the upload complete?") from error
