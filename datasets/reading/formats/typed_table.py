"""A table whose cells have types already, on its way through the same two passes as text."""

import math
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.convert import convert
from datasets.columns.forms.date_form import TYPE as MOMENT
from datasets.columns.forms.missing_words import USUAL, MissingWords
from datasets.columns.parse_numbers import LARGEST_EXACT
from datasets.columns.prepared_table import open_prepared
from datasets.columns.scan import ColumnScan
from datasets.columns.table import Details, Table
from datasets.columns.vectors import VectorScan, as_vectors, is_vector
from datasets.errors import FilePosition, FileTooLarge, NonFinite, NoRows, RaggedVector, TooManyRows, UnsupportedType
from datasets.limits import Limits
from datasets.reading.column_names import check_names
from datasets.reading.formats.columnar import SPAN, refuse_sizes
from datasets.reading.formats.typed_source import TypedSource
from datasets.reading.identifiers import find_identifiers, unnamed_columns
from datasets.reading.warnings_by_column import about_columns, about_duplicates
from datasets.reading.warnings_by_table import about_tables

Scan = ColumnScan | VectorScan


def read_typed(
    source: TypedSource, limits: Limits, *, prepared: Path | None = None, words: MissingWords = USUAL
) -> Table:
    """Scan and store a typed table; raises a DatasetError that names data row and column.

    Texts among `words` say that there is no value.
    """
    names, warnings = check_names(source.schema.names, limits)
    refuse_sizes(len(names), source.rows or 0, 0, limits)
    shapes = _shapes(source, limits)
    scans = [_scan_of(each, name, shapes, len(names), words) for each, name in zip(source.schema, names, strict=True)]
    _scan(source, scans, range(len(scans)), limits)
    if long := [index for index, scan in enumerate(scans) if _has_long_digits(scan, source.schema.field(index).type)]:
        for index in long:
            scans[index] = ColumnScan(names[index], width=len(names), decimals="", words=words)
        _scan(source, scans, long, limits)
    _refuse_useless(scans)
    with tempfile.TemporaryDirectory(prefix="chainrule-") as folder:
        destination = prepared or Path(folder) / "prepared.arrow"
        columns, duplicates = convert(_blocks(source, scans, limits), scans, destination)
        arrow = open_prepared(destination)
    columns = find_identifiers(columns, arrow, unnamed_columns(warnings))
    return Table(
        columns=columns,
        row_count=arrow.num_rows,
        format=source.format,
        dialect=Details(source.details),
        arrow=arrow,
        warnings=(
            *source.warnings,
            *warnings,
            *about_columns(columns),
            *about_duplicates(duplicates),
            *about_tables(columns, arrow),
        ),
    )


def _scan(source: TypedSource, scans: Sequence[Scan], chosen: Collection[int], limits: Limits) -> None:
    """Let some scans look at every block."""
    for block in _blocks(source, scans, limits):
        for index in chosen:
            scans[index].add(block[index])


def _has_long_digits(scan: Scan, kind: pa.DataType) -> bool:
    """Tell whether a column of whole numbers has some that a float would not give back; they stay text."""
    if not isinstance(scan, ColumnScan) or scan.numbers is None or pa.types.is_floating(_storage(kind)):
        return False
    return scan.numbers.whole and max(-scan.numbers.minimum, scan.numbers.maximum) >= LARGEST_EXACT


def _scan_of(
    field: pa.Field, name: str, shapes: Mapping[str, tuple[int, ...]], width: int, words: MissingWords
) -> Scan:
    kind = _storage(field.type)
    if is_vector(kind):
        return VectorScan(name, shape=shapes[field.name], kind=kind)
    return ColumnScan(name, width=width, decimals="." if _is_number(kind) else "", words=words)


def _blocks(source: TypedSource, scans: Sequence[Scan], limits: Limits) -> Iterator[list[pa.Array]]:
    row = 1
    for batch in source.blocks():
        if batch.num_rows:
            yield [_plain(column, scan, row) for column, scan in zip(batch.columns, scans, strict=True)]
        row += batch.num_rows
        if row - 1 > limits.max_rows:
            raise TooManyRows(f"The file has more than {limits.max_rows} rows.", expected=limits.max_rows)
    if row == 1:
        raise NoRows("The file has no rows.", found=0, expected="at least one row")


def _storage(kind: pa.DataType) -> pa.DataType:
    if isinstance(kind, pa.BaseExtensionType):
        return kind.storage_type
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_text(kind: pa.DataType) -> bool:
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_boolean)
    return any(test(kind) for test in (*tests, pa.types.is_null, pa.types.is_time))


def _plain(column: pa.Array, scan: Scan, first_row: int) -> pa.Array:
    """Return the column as float64, text, timestamps or vectors; NaN is a missing number."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    if isinstance(scan, VectorScan):
        return as_vectors(column, scan.name, math.prod(scan.shape), first_row=first_row)
    if _is_number(column.type) and scan.scans:
        numbers = pc.cast(column, pa.float64(), safe=False)
        return pc.if_else(pc.is_nan(numbers), None, numbers)
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return pc.cast(column, MOMENT, safe=False)
    return pc.cast(column, pa.string())


def _shapes(source: TypedSource, limits: Limits) -> dict[str, tuple[int, ...]]:
    """Return the shape of one row for every column of vectors; refuses types that are not learned from."""
    lists = [field for field in source.schema if is_vector(_storage(field.type))]
    for field in source.schema:
        _refuse_type(field)
    open_ended = [field.name for field in lists if not pa.types.is_fixed_size_list(_storage(field.type))]
    widths, rows = _measured(source, open_ended) if open_ended else ({}, source.rows or 0)
    shapes: dict[str, tuple[int, ...]] = {}
    for field in lists:
        shape = source.shapes.get(field.name) or _tensor_shape(field.type) or (widths.get(field.name) or _size(field),)
        _refuse_wide(field.name, math.prod(shape), rows, limits)
        shapes[field.name] = shape
    return shapes


def _size(field: pa.Field) -> int:
    kind = _storage(field.type)
    return int(kind.list_size) if pa.types.is_fixed_size_list(kind) else 0


def _tensor_shape(kind: pa.DataType) -> tuple[int, ...] | None:
    """Return the shape of Arrow's fixed_shape_tensor."""
    return tuple(kind.shape) if isinstance(kind, pa.FixedShapeTensorType) else None


def _measured(source: TypedSource, names: Sequence[str]) -> tuple[dict[str, int], int]:
    widths, rows = dict.fromkeys(names, 0), 0
    for batch in source.blocks():
        rows += batch.num_rows
        for name in names:
            column = batch.column(source.schema.get_field_index(name))
            widths[name] = max(widths[name], pc.max(pc.list_value_length(column)).as_py() or 0)
    return widths, rows


def _refuse_type(field: pa.Field) -> None:
    kind = _storage(field.type)
    inner = kind.value_type if is_vector(kind) else kind
    is_scalar = _is_number(inner) or (kind is inner and (_is_text(inner) or _is_moment(inner)))
    if not is_scalar:
        raise UnsupportedType(
            f"Column `{field.name}` holds {field.type}.",
            position=FilePosition(name=field.name),
            found=str(field.type),
            expected="numbers, text, true and false, dates, or lists of numbers",
            hint="Convert the column, or leave it out.",
        )


def _is_moment(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))


def _refuse_wide(name: str, width: int, rows: int, limits: Limits) -> None:
    if not width:
        raise RaggedVector(
            f"`{name}` holds empty lists only.", position=FilePosition(name=name), found=0, expected="lists of numbers"
        )
    if width > limits.max_vector or rows * width > SPAN * limits.max_bytes:
        raise FileTooLarge(
            f"`{name}` has up to {width} numbers in each of {rows} rows.", found=width, expected=limits.max_vector
        )


def _refuse_useless(scans: Sequence[Scan]) -> None:
    """Refuse infinite numbers, with the first place."""
    places = [
        (scan.numbers.infinite.row, index, scan)
        for index, scan in enumerate(scans)
        if isinstance(scan, ColumnScan) and scan.numbers and scan.numbers.infinite
    ]
    if not places:
        return
    row, index, scan = min(places, key=lambda place: place[:2])
    position = FilePosition(row=row, column=index + 1, name=scan.name)
    found = scan.numbers.infinite.text if scan.numbers and scan.numbers.infinite else ""
    raise NonFinite(
        f"`{found}` at {position} is not a finite number.",
        position=position,
        found=found,
        expected="a number between -1.8e308 and 1.8e308, or null",
        hint="Write null (NaN in NumPy) if the value is missing.",
    )
