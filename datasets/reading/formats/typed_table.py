"""A table whose cells have types already, on its way through the same two passes as text."""

import math
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.column import Column, DataWarning
from datasets.columns.convert import convert
from datasets.columns.forms.cell_forms import CellForms
from datasets.columns.forms.date_form import TYPE as MOMENT
from datasets.columns.forms.missing_words import words_of
from datasets.columns.parse_numbers import LARGEST_EXACT, as_digits
from datasets.columns.prepared_table import open_prepared
from datasets.columns.scan import ColumnScan
from datasets.columns.table import Details, Table
from datasets.columns.vectors import VectorScan, as_vectors, is_vector
from datasets.errors import FilePosition, FileTooLarge, NonFinite, NoRows, RaggedVector, TooManyRows, UnsupportedType
from datasets.limits import Limits
from datasets.reading.column_names import check_names
from datasets.reading.formats.columnar import SPAN, refuse_sizes
from datasets.reading.formats.list_lengths import ListLengths
from datasets.reading.formats.typed_source import TypedSource
from datasets.reading.formats.typed_texts import (
    about_texts,
    decimals_of,
    forms_of,
    read_texts,
    refuse_what_is_for_texts,
)
from datasets.reading.identifiers import find_identifiers, unnamed_columns
from datasets.reading.overrides import Overrides
from datasets.reading.warnings_by_column import about_columns, about_duplicates
from datasets.reading.warnings_by_table import about_tables

Scan = ColumnScan | VectorScan


def read_typed(
    source: TypedSource,
    limits: Limits,
    *,
    prepared: Path | None = None,
    overrides: Overrides = Overrides(),  # noqa: B008
    forms: CellForms | None = None,
) -> Table:
    """Scan and store a typed table; raises a DatasetError that names data row and column.

    `overrides` say what texts mean; `forms` says it where that is not for them to say.
    """
    names, warnings = check_names(source.schema.names, limits)
    is_text = [_is_written(field.type) for field in source.schema]
    refuse_what_is_for_texts(overrides, source.schema, names, is_text)
    forms = forms_of(overrides, forms)
    refuse_sizes(len(names), source.rows or 0, 0, limits)
    lengths = _measured(source)
    shapes = _shapes(source, lengths, limits)
    scans = [_scan_of(each, name, shapes, len(names), forms) for each, name in zip(source.schema, names, strict=True)]
    _scan(source, scans, range(len(scans)), limits)
    if long := [index for index, scan in enumerate(scans) if _has_long_digits(scan, source.schema.field(index).type)]:
        for index in long:
            scans[index] = ColumnScan(names[index], width=len(names), decimals="", words=words_of(forms.missing_words))
        _scan(source, scans, long, limits)
    written: Mapping[int, ColumnScan] = {
        index: scan
        for index, scan in enumerate(scans)
        if isinstance(scan, ColumnScan) and (is_text[index] or _is_told_date(scan.name, forms))
    }
    written = read_texts(written, partial(_blocks, source, tuple(scans), limits), forms)
    scans = [written.get(index, scan) for index, scan in enumerate(scans)]
    _refuse_useless(scans)
    with tempfile.TemporaryDirectory(prefix="chainrule-") as folder:
        destination = prepared or Path(folder) / "prepared.arrow"
        columns, duplicates = convert(_blocks(source, scans, limits), scans, destination)
        arrow = open_prepared(destination)
    columns = find_identifiers(columns, arrow, unnamed_columns(warnings))
    columns, padded = _with_lengths(columns, dict(zip(source.schema.names, names, strict=True)), lengths)
    told, earlier = about_texts(written, names, source.warnings)
    return Table(
        columns=columns,
        row_count=arrow.num_rows,
        format=source.format,
        dialect=Details(source.details),
        arrow=arrow,
        warnings=(
            *earlier,
            *warnings,
            *told,
            *padded,
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


def _scan_of(field: pa.Field, name: str, shapes: Mapping[str, tuple[int, ...]], width: int, forms: CellForms) -> Scan:
    kind = _storage(field.type)
    if is_vector(kind):
        return VectorScan(name, shape=shapes[field.name], kind=kind)
    if _is_number(kind):
        decimals = "" if _is_told_date(name, forms) else "."
    else:
        decimals = decimals_of(name, forms) if _is_written(kind) else ""
    words, is_kept = words_of(forms.missing_words), _is_written(kind) and name in forms.texts
    return ColumnScan(name, width=width, decimals=decimals, words=words, may_be_date=not is_kept)


def _is_told_date(name: str, forms: CellForms) -> bool:
    """Whether a column is said to hold dates, which numbers do as digits."""
    return name in forms.dates or name in forms.date_formats


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


def _is_float_of_scan(scan: ColumnScan) -> bool:
    """Whether a column of numbers is scanned as such: in no form, which texts alone have."""
    return any(each.form is None for each in scan.scans)


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
    if _is_number(column.type) and not _is_float_of_scan(scan):
        return as_digits(column)
    if _is_number(column.type):
        numbers = pc.cast(column, pa.float64(), safe=False)
        return pc.if_else(pc.is_nan(numbers), None, numbers)
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return pc.cast(column, MOMENT, safe=False)
    return pc.cast(column, pa.string())


def _shapes(source: TypedSource, lengths: Mapping[str, ListLengths], limits: Limits) -> dict[str, tuple[int, ...]]:
    """Return the shape of one row for every column of vectors."""
    lists = [field for field in source.schema if is_vector(_storage(field.type))]
    rows = next((each.rows for each in lengths.values()), source.rows or 0)
    shapes: dict[str, tuple[int, ...]] = {}
    for field in lists:
        width = lengths[field.name].longest if field.name in lengths else _size(field)
        shape = source.shapes.get(field.name) or _tensor_shape(field.type) or (width,)
        _refuse_wide(field.name, math.prod(shape), rows, limits)
        shapes[field.name] = shape
    return shapes


def _size(field: pa.Field) -> int:
    kind = _storage(field.type)
    return int(kind.list_size) if pa.types.is_fixed_size_list(kind) else 0


def _tensor_shape(kind: pa.DataType) -> tuple[int, ...] | None:
    """Return the shape of Arrow's fixed_shape_tensor."""
    return tuple(kind.shape) if isinstance(kind, pa.FixedShapeTensorType) else None


def _measured(source: TypedSource) -> dict[str, ListLengths]:
    """Measure the lists whose type does not tell how long they are; refuses types that are not learned from."""
    for field in source.schema:
        _refuse_type(field)
    lists = (field for field in source.schema if is_vector(_storage(field.type)))
    names = [field.name for field in lists if not pa.types.is_fixed_size_list(_storage(field.type))]
    lengths = {name: ListLengths() for name in names}
    for batch in source.blocks() if names else ():
        for name in names:
            lengths[name].add(batch.column(source.schema.get_field_index(name)))
    return lengths


def _with_lengths(
    columns: Sequence[Column], names: Mapping[str, str], lengths: Mapping[str, ListLengths]
) -> tuple[tuple[Column, ...], tuple[DataWarning, ...]]:
    """Return the columns, those of lists that were filled up saying so, and what is to be warned of."""
    found = {names[name]: each for name, each in lengths.items() if each.shortest < each.longest}
    stated = tuple(found[column.name].state(column) if column.name in found else column for column in columns)
    return stated, tuple(each.warn(name) for name, each in found.items())


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


def _is_written(kind: pa.DataType) -> bool:
    """Whether the cells are texts, coded or not."""
    kind = _storage(kind)
    return any(test(kind) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


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
