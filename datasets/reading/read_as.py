"""Columns read as other kinds than were inferred, because their owner knows better."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.column import Column, Kind
from datasets.columns.convert import choose_converter, describe
from datasets.columns.forms.cell_forms import CellForms
from datasets.columns.forms.date_form import DateForm
from datasets.columns.forms.guess import Form, guess_form
from datasets.columns.forms.number_form import NumberForm
from datasets.columns.scan import ColumnScan
from datasets.columns.table import Table
from datasets.did_you_mean import closest
from datasets.errors import BadOverride, FilePosition, NotBoolean, NotDate, NotNumeric, UnknownColumn, shorten
from datasets.preprocessing.arrow_to_numpy import as_numbers, as_texts, is_numeric
from datasets.preprocessing.date_encoding import as_days
from datasets.reading.identifiers import without_doubt
from datasets.reading.overrides import OF_CELLS, Overrides

CHOICES = (Kind.NUMBER, Kind.CATEGORY, Kind.BOOLEAN, Kind.DATE, Kind.ID)
"""Kinds that a column can be given; which ones it can have depends on its cells."""
OF_WORDS = frozenset({"missing_words", "taken_as_missing"})
"""Statistics that say what is no value, whatever kind a column has."""
OF_KIND = frozenset({"data.empty_column", "data.constant_column", "data.id_column"})
"""Warnings about the kind that was inferred."""
TWO = 2
MOST_SHOWN = 10


def with_kinds(table: Table, overrides: Overrides) -> Table:
    """Return the table with the kinds that were told; raises UnknownColumn, and what `read_as` raises."""
    columns = {column.name: column for column in table.columns}
    for name in overrides.columns:
        if name not in columns:
            raise _unknown(name, list(columns))
    formats = overrides.formats_of_dates
    for name, format_ in formats.items():
        _refuse_if_no_date(columns[name], format_, table)
    for name in overrides.marked:
        _refuse_if_no_number(columns[name], table)
    for name, kind in overrides.kinds.items():
        if columns[name].kind is not kind:
            columns[name] = read_as(columns[name], kind, table.arrow.column(name), date_format=formats.get(name, ""))
        columns[name] = without_doubt(columns[name])
    changed = {name for name in overrides.kinds if table.column(name) != columns[name]}
    left = tuple(
        warning
        for warning in table.warnings
        if not (warning.column in changed and warning.code in OF_KIND)
        and not (warning.column in overrides.kinds and warning.code == "data.codes_as_numbers")
    )
    return replace(table, columns=tuple(columns.values()), warnings=left)


def _unknown(name: str, columns: Sequence[str]) -> UnknownColumn:
    """Name the nearest column, or the first ones."""
    near = closest(name, columns)
    shown = ", ".join(f"`{shorten(each, 40)}`" for each in columns[:MOST_SHOWN])
    more = f" and {len(columns) - MOST_SHOWN} more" if len(columns) > MOST_SHOWN else ""
    return UnknownColumn(
        f"There is no column `{shorten(name)}`.",
        found=name,
        expected=shorten(", ".join(columns)),
        hint=f"Did you mean `{near}`?" if near is not None else f"The columns are {shown}{more}.",
    )


def _refuse_if_no_date(column: Column, format_: str, table: Table) -> None:
    """Raise NotDate where a format was told of a column and hardly any cell is written so."""
    if column.kind in {Kind.DATE, Kind.EMPTY}:
        return
    texts = table.arrow.column(column.name).drop_null()
    found = str(texts[0].as_py())
    if column.kind is Kind.CONSTANT and DateForm(format_).read(found) is not None:
        return
    raise NotDate(
        f"`{shorten(column.name)}` holds no dates like `{format_}`: its first cell is `{shorten(found)}`.",
        position=FilePosition(name=column.name),
        found=found,
        expected=f"dates like `{format_}`",
        hint="Leave `date_format` of this column out, or name the format that its cells have.",
    )


def _refuse_if_no_number(column: Column, table: Table) -> None:
    """Raise NotNumeric where a mark was told of a column by name, and its cells are no numbers with it."""
    if column.numeric or column.kind is Kind.EMPTY:
        return
    found = str(table.arrow.column(column.name).drop_null()[0].as_py())
    raise NotNumeric(
        f"`{shorten(column.name)}` holds no numbers with the marks that were told: it has `{shorten(found)}`.",
        position=FilePosition(name=column.name),
        found=found,
        expected="numbers in every cell",
        hint="Leave the marks of this column out, or tell those that its cells have.",
    )


def refuse_what_is_for_text(overrides: Overrides, form: str, *, but: str = "") -> None:
    """Raise BadOverride where delimiters and the like are told of a file that has none."""
    told = next((name for name in overrides.of_text if name != but), None)
    if told is not None:
        raise BadOverride(
            f"`{told}` says how delimited text is read; the file is {form}.",
            found=told,
            expected=", ".join(f"`{each}`" for each in (but, *OF_CELLS) if each),
        )


def read_as(column: Column, kind: Kind, values: pa.ChunkedArray, *, date_format: str = "") -> Column:
    """Return the column as this kind, with the statistics that belong to it; `values` are its prepared cells.

    Texts that are to be dates are read in `date_format` where one is given.
    Raises NotNumeric, NotDate, NotBoolean, with the first cell that does not fit.
    """
    if column.kind in {Kind.VECTOR, Kind.IMAGE}:
        raise NotNumeric(
            f"`{column.name}` holds {column.kind}s, which cannot be read as {kind}.",
            position=FilePosition(name=column.name),
            found=str(column.kind),
            expected=str(column.kind),
        )
    if kind is Kind.ID or (kind is Kind.NUMBER and column.numeric):
        return replace(column, kind=kind)
    read = _date(column.name, values, date_format) if kind is Kind.DATE else _WAYS[kind](column.name, values)
    words = {key: told for key, told in column.statistics.items() if key in OF_WORDS}
    return replace(read, kind=kind, statistics={**read.statistics, **words})


def _number(name: str, values: pa.ChunkedArray) -> Column:
    form = _form(name, values)
    form = None if isinstance(form, DateForm) else form
    column = _described(name, pa.array(as_numbers(values, name, form=form), from_pandas=True))
    return column if form is None or form == NumberForm() else _stated(column, form.to_json())


def _category(name: str, values: pa.ChunkedArray) -> Column:
    codes, texts = as_texts(values)
    places = pa.array(codes, mask=codes < 0)
    return _described(name, pa.array(texts, pa.string()).take(places), may_be_date=False)


def _boolean(name: str, values: pa.ChunkedArray) -> Column:
    column = _category(name, values)
    if column.distinct != TWO:
        raise NotBoolean(
            f"`{name}` has {column.distinct} different values; a yes/no column has two.",
            position=FilePosition(name=name),
            found=column.distinct,
            expected=TWO,
            hint="Read it as a category.",
        )
    return column


def _date(name: str, values: pa.ChunkedArray, format_: str) -> Column:
    form = DateForm(format_) if format_ else _form(name, values)
    format_ = form.format if isinstance(form, DateForm) else ""
    try:
        days = as_days(values, name, format_)
    except NotNumeric as error:
        raise _no_date(name, error) from error
    timestamps = pc.cast(pa.array(np.round(days * 86_400_000), from_pandas=True).cast(pa.int64()), pa.timestamp("ms"))
    column = _described(name, timestamps)
    return _stated(column, format_) if format_ else column


def _no_date(name: str, error: NotNumeric) -> NotDate:
    """Say which cell is no date, and what would make it one."""
    told = json.dumps({"date_format": {name: "%d.%m.%Y"}}, ensure_ascii=False)
    return NotDate(
        error.message,
        position=error.position,
        found=error.found,
        expected=error.expected,
        hint=f"Tell how its dates are written, as in `{told}`, or leave its kind out.",
    )


def _form(name: str, values: pa.ChunkedArray) -> Form | None:
    """Guess how the texts of a column are written; None for what is no text."""
    if is_numeric(values) or pa.types.is_temporal(values.type):
        return None
    codes, texts = as_texts(values)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    return guess_form(name, texts, counts.tolist(), forms=CellForms(), delimiter="").form


def _stated(column: Column, form: object) -> Column:
    """Return the column with the form in which its cells are written, by which they are read again."""
    return replace(column, statistics={**column.statistics, "format": form})


def _described(name: str, cells: pa.Array, *, may_be_date: bool = True) -> Column:
    decimals = "." if pa.types.is_floating(cells.type) else ""
    scan = ColumnScan(name, width=1, decimals=decimals, may_be_date=may_be_date)
    scan.add(cells)
    converter = choose_converter(scan, width=1)
    converter.convert(cells)
    return describe(scan, converter)


_WAYS: dict[Kind, Callable[[str, pa.ChunkedArray], Column]] = {
    Kind.NUMBER: _number,
    Kind.CATEGORY: _category,
    Kind.BOOLEAN: _boolean,
}
