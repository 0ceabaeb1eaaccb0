"""The single pass: pyarrow parses and converts on its threads while the blocks before are scanned and written."""

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.ipc

from datasets.columns.cells import MISSING_MARKS
from datasets.columns.column import Column, DataWarning
from datasets.columns.column_store import PreparedFile
from datasets.columns.duplicate_rows import DuplicateRows
from datasets.columns.forms.cell_forms import CellForms
from datasets.columns.forms.date_form import DateForm
from datasets.columns.forms.missing_words import OF_NUMBERS, MissingWords, words_of
from datasets.columns.forms.number_form import NumberForm
from datasets.limits import Limits
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.fast.columns import Codes, Numbers, Texts, first_way
from datasets.reading.csv.fast.formed import Dates, FormedNumbers
from datasets.reading.csv.fast.roles import TYPES, NotPlain, Part, ReadOtherwise, Role, first_parts, form_of
from datasets.reading.csv.locate_fault import find_fault
from datasets.reading.csv.mixed_columns import about_mixed_columns
from datasets.reading.csv.text_file import TextFile

LEAST_BYTES = 16 << 20
"""Smaller files are read the careful way, which finds all faults at once and costs little here."""
BLOCK_BYTES = 1 << 21
MOST_ATTEMPTS = 6
WORDS_IN_NUMBERS = [*MISSING_MARKS, "None", "?", "-"]
INVALID = re.compile(r"invalid value '(.*)'$", re.MULTILINE)
THREADS = min(4, os.cpu_count() or 1)

Reader = Numbers | Codes | Texts | FormedNumbers | Dates
Found = tuple[tuple[Column, ...], int | None, tuple[DataWarning, ...]]


def read_plain(
    source: TextFile,
    layout: Layout,
    limits: Limits,
    path: Path,
    forms: CellForms = CellForms(),  # noqa: B008  # frozen
    *,
    least_bytes: int = LEAST_BYTES,
) -> Found | None:
    """Write the prepared file; gives columns, duplicate rows and warnings, or None where the careful reader is needed.

    Raises the first fault that keeps pyarrow from parsing. Everything else that the careful reader would refuse is left
    to it, since it names the place.
    """
    if source.path.stat().st_size < least_bytes or not _is_plain(layout) or not forms.is_for_quick_reader:
        return None
    with contextlib.suppress(NotPlain):
        parts = first_parts(source, layout, forms)
        if source.has_leading_zeros and any(part.role is Role.NUMBER for part in parts):
            return None  # the zeros may be those of a column that began without
        for _ in range(MOST_ATTEMPTS):
            try:
                return _read(source, layout, limits, path, parts, forms)
            except ReadOtherwise as other:
                parts[other.column] = other.part
    return None


def _is_plain(layout: Layout) -> bool:
    dialect = layout.dialect
    is_first = layout.first_line == 1 or not dialect.has_header
    return is_first and dialect.delimiter != ";"


def _read(  # a file, how it is laid out, and what is known of its columns
    source: TextFile, layout: Layout, limits: Limits, path: Path, parts: Sequence[Part], forms: CellForms
) -> Found:
    blocks = _blocks(source, layout, limits, parts, forms)
    first, words = next(blocks), words_of(forms.missing_words)
    readers = [_reader(layout, index, part, first, words) for index, part in enumerate(parts)]
    duplicates = DuplicateRows(expected_rows=first.num_rows * source.path.stat().st_size // BLOCK_BYTES)
    schema = pa.schema([(name, reader.type) for name, reader in zip(layout.names, readers, strict=True)])
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    with ThreadPoolExecutor(THREADS) as pool, pa.ipc.new_file(str(path), schema, options=options) as writer:
        for block in _with(first, blocks):
            columns = list(pool.map(_add, readers, block.columns))
            duplicates.add(columns)
            writer.write_batch(pa.record_batch(columns, schema=schema))
    _look_again(path, readers)
    _look_for_forms(readers, layout, forms)
    mixed = about_mixed_columns({index: reader.scan for index, reader in enumerate(readers)}, source, layout, limits)
    return tuple(reader.describe() for reader in readers), duplicates.count(), mixed


def _with(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


def _look_for_forms(readers: Sequence[Reader], layout: Layout, forms: CellForms) -> None:
    """Raise ReadOtherwise for a column of text that turned out to hold numbers or dates in some form."""
    for index, reader in enumerate(readers):
        if not isinstance(reader, Codes | Texts):
            continue
        reader.finish()
        if (form := form_of(reader.scan, layout, forms)) is not None:
            raise ReadOtherwise(index, Role.FORMED, form)


def _reader(layout: Layout, index: int, part: Part, first: pa.RecordBatch, words: MissingWords) -> Reader:
    name, width = layout.names[index], layout.width
    if isinstance(part.form, DateForm):
        return Dates(name, width, part.form)
    if part.form is not None:
        return FormedNumbers(name, width, part.form)
    match part.role:
        case Role.NUMBER:
            return Numbers(name, width)
        case Role.CODED:
            return Codes(name, width, index, words)
        case _:
            return Texts(name, width, first_way(first.column(index), words), words)


def _add(reader: Reader, cells: pa.Array) -> pa.Array:
    return reader.add(cells)


def _blocks(
    source: TextFile, layout: Layout, limits: Limits, parts: Sequence[Part], forms: CellForms
) -> Iterator[pa.RecordBatch]:
    names = [str(index) for index in range(layout.width)]
    rows, last = 0, None
    try:
        for batch in pyarrow.csv.open_csv(
            str(source.path),
            pyarrow.csv.ReadOptions(
                block_size=BLOCK_BYTES, column_names=names, skip_rows_after_names=int(layout.dialect.has_header)
            ),
            pyarrow.csv.ParseOptions(delimiter=layout.dialect.delimiter, newlines_in_values=source.has_quotes),
            pyarrow.csv.ConvertOptions(
                column_types={name: TYPES[part.role] for name, part in zip(names, parts, strict=True)},
                null_values=WORDS_IN_NUMBERS,
                strings_can_be_null=False,  # which words are none in texts is told by those who count them
            ),
        ):
            rows, last = rows + batch.num_rows, batch if batch.num_rows else last
            if rows > limits.max_rows or _is_long(batch, limits):
                raise NotPlain
            if batch.num_rows:
                yield batch
    except pa.ArrowInvalid as error:
        # The careful reader would come to the same place, with its own blocks in memory, and ask the same question.
        fault = find_fault(source, layout, limits) if "CSV parse error" in str(error) else None
        raise fault or _otherwise(error, parts, forms) from error
    if last is None or (source.has_quotes and "\n" in str(last.column(layout.width - 1)[-1])):
        raise NotPlain  # no rows, or perhaps a quote that was left open


def _is_long(batch: pa.RecordBatch, limits: Limits) -> bool:
    texts = (column for column in batch.columns if not pa.types.is_floating(column.type))
    values = (column.dictionary if pa.types.is_dictionary(column.type) else column for column in texts)
    return any((pc.max(pc.binary_length(value)).as_py() or 0) > limits.max_cell_chars for value in values)


def _otherwise(error: pa.ArrowInvalid, parts: Sequence[Part], forms: CellForms) -> Exception:
    """Read a column as text in which pyarrow has found something else than numbers; leave all other faults."""
    said = str(error)
    for index, part in enumerate(parts):
        if part.role is Role.NUMBER and said.startswith(f"In CSV column #{index}: CSV conversion error to double"):
            found = INVALID.search(said)
            if found is not None and found[1] in OF_NUMBERS and not forms.only_plain:
                return ReadOtherwise(index, Role.FORMED, NumberForm())
            return ReadOtherwise(index, Role.TEXT)
    return NotPlain()


def _look_again(path: Path, readers: Sequence[Reader]) -> None:
    """Measure the spread of numbers, whose bounds are known now; read block by block, so that nothing stays mapped."""
    numbers = [reader for reader in readers if isinstance(reader, Numbers)]
    if not numbers:
        return
    with ThreadPoolExecutor(THREADS) as pool:
        for block in PreparedFile(path).blocks([reader.scan.name for reader in numbers]):
            list(pool.map(_measure, numbers, block.columns))


def _measure(reader: Numbers, cells: pa.Array) -> None:
    reader.summary.add(cells.drop_null().to_numpy() if cells.null_count else cells.to_numpy())
