"""A file of rows that are not to be understood anew, block by block: what is in them a preprocessing knows already."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import pyarrow as pa

from datasets.errors import FormatUnsupported, LineTooLong, NulByte
from datasets.limits import Limits
from datasets.reading.csv.dialect import sniff
from datasets.reading.csv.locate_fault import find_fault
from datasets.reading.csv.plain_file import as_plain_file
from datasets.reading.csv.text_blocks import RowExceedsBlock, read_text
from datasets.reading.csv.text_file import open_text_file
from datasets.reading.formats.columnar import open_arrow_file, open_arrow_stream, open_parquet
from datasets.reading.formats.json_lines import read_objects
from datasets.reading.overrides import Overrides

ROWS = 2000
BLOCK_BYTES = 4_000_000
FORMATS = ("csv", "jsonl", "parquet", "arrow")
STREAM = b"\xff\xff\xff\xff"

OPENERS = {
    "parquet": {b"PAR1": open_parquet},
    "arrow": {b"ARROW1": open_arrow_file, STREAM: open_arrow_stream},
}

Block: TypeAlias = pa.Table | list[Mapping[str, Any]]


@contextmanager
def open_rows(path: Path, form: str, limits: Limits) -> Iterator[Iterator[Block]]:
    """Give the blocks of a file: of CSV as columns of texts below a header, of JSON Lines as objects.

    Raises a DatasetError with the place for what is no such file.
    """
    if form == "csv":
        with _csv(path, limits) as blocks:
            yield blocks
    elif form == "jsonl":
        with open_text_file(path, limits, refuse=lambda _: None) as source:
            yield _objects(source.path, limits)
    else:
        yield _columnar(path, form, limits)


@contextmanager
def _csv(path: Path, limits: Limits) -> Iterator[Iterator[Block]]:
    with open_text_file(path, limits) as file, TemporaryDirectory(prefix="chainrule-") as folder:
        layout = sniff(file, limits, Overrides(header=True))
        if file.has_nul:
            raise find_fault(file, layout, limits) or NulByte("The file contains NUL bytes.", expected="text")
        source, layout = as_plain_file(file, layout, limits, Path(folder) / "plain.csv")
        names = list(layout.names)

        def blocks() -> Iterator[Block]:
            try:
                for columns in read_text(source, layout, limits, block_bytes=BLOCK_BYTES):
                    yield pa.table(columns, names=names)
            except RowExceedsBlock as error:
                message = f"A row has more than {BLOCK_BYTES} bytes."
                raise LineTooLong(message, expected=f"<= {BLOCK_BYTES} bytes") from error

        yield blocks()


def _objects(path: Path, limits: Limits) -> Iterator[Block]:
    objects = read_objects(path, limits)
    while rows := [row for _, row in islice(objects, ROWS)]:
        yield rows


def _columnar(path: Path, form: str, limits: Limits) -> Iterator[Block]:
    with path.open("rb") as file:
        head = file.read(8)
    for magic, opener in OPENERS[form].items():
        if head.startswith(magic):
            yield from map(_as_table, opener(path, limits).blocks())
            return
    raise FormatUnsupported(
        f"The body is no {form} file: it begins with {head[:4]!r}.",
        expected=f"a file of the type that `Content-Type` names, {form}",
        hint="Say in `Content-Type` what the file is: text/csv, application/x-ndjson, …",
    )


def _as_table(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])
