"""The second pass over a file: text columns to their final types, with statistics, onto disk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.column import Column, Kind
from datasets.columns.date_formats import DateConverter
from datasets.columns.duplicate_rows import DuplicateRows
from datasets.columns.forms.date_form import ISO
from datasets.columns.parse_numbers import clean
from datasets.columns.prepared_table import PreparedWriter
from datasets.columns.scan import ColumnScan
from datasets.columns.statistics import NumberSummary, top_values
from datasets.columns.vectors import VectorConverter, VectorScan
from datasets.columns.wide.wide_numbers import WideNumbers

CODED = pa.dictionary(pa.int32(), pa.string())


class NumberConverter:
    """Text to float64 with nulls."""

    type = pa.float64()

    def __init__(self, scan: ColumnScan, *, width: int) -> None:
        assert scan.numbers is not None  # noqa: S101 - chosen by this
        self._scan, self._words = scan.numbers, scan.words
        self._summary = NumberSummary(scan.numbers, width=width)

    def convert(self, text: pa.Array) -> pa.Array:
        """Return the cells as numbers."""
        cells = clean(text, self._words)
        numbers = self._scan.parse(cells)
        self._summary.add(np.asarray(numbers.drop_null() if numbers.null_count else numbers))
        return numbers

    def statistics(self) -> dict[str, Any]:
        """Return what the numbers are like, and how they are written where that is not plain."""
        return self._summary.to_json() | self._scan.written()


class CodeConverter:
    """Text to codes into the sorted list of the column's values."""

    type = CODED

    def __init__(self, scan: ColumnScan) -> None:
        self._values, self._words = scan.values.sorted_values(), scan.words
        self._codes, self._has_gaps = scan.at_once.codes if scan.at_once else None, scan.missing > 0

    def convert(self, text: pa.Array) -> pa.Array:
        """Return the cells as codes."""
        if self._codes is None:
            codes = pc.index_in(clean(text, self._words), value_set=self._values)
        else:
            codes = pa.array(self._codes, mask=self._codes < 0 if self._has_gaps else None)
        return pa.DictionaryArray.from_arrays(codes, self._values)

    def statistics(self) -> dict[str, Any]:
        """Nothing more than the counts that the scan has."""
        return {}


@dataclass(frozen=True)
class DaysAtOnce:
    """Days that were read already, with those of all columns."""

    days: pa.Array
    type: ClassVar[pa.DataType] = DateConverter.type

    def convert(self, text: pa.Array) -> pa.Array:  # noqa: ARG002 - the cells were read with those of all columns
        """Return the timestamps."""
        return self.days

    def statistics(self) -> dict[str, Any]:
        """Return the first and the last date, and how they are written."""
        bounds = pc.min_max(self.days).as_py()
        return {"min": bounds["min"].isoformat(), "max": bounds["max"].isoformat(), "format": ISO}


class TextConverter:
    """Text that has too many values to be coded."""

    type = pa.string()

    def __init__(self, scan: ColumnScan) -> None:
        self._words = scan.words

    def convert(self, text: pa.Array) -> pa.Array:
        """Return the cells, trimmed."""
        return clean(text, self._words)

    def statistics(self) -> dict[str, Any]:
        """Nothing more than the counts that the scan has."""
        return {}


Converter = NumberConverter | CodeConverter | TextConverter | DateConverter | DaysAtOnce | VectorConverter | WideNumbers
Scan = ColumnScan | VectorScan | WideNumbers


def choose_converter(scan: Scan, *, width: int) -> Converter:
    """Return the way to the final type of a column that was scanned to its end."""
    if isinstance(scan, WideNumbers):
        return scan
    if isinstance(scan, VectorScan):
        return VectorConverter(scan)
    if scan.numbers:
        return NumberConverter(scan, width=width)
    if scan.kind() is Kind.DATE and scan.dates.format:
        if scan.at_once and scan.at_once.days is not None:
            return DaysAtOnce(scan.at_once.days)
        return DateConverter(scan.dates.format, scan.words, form=scan.dates.form)
    return CodeConverter(scan) if scan.values.is_exact else TextConverter(scan)


def convert(
    blocks: Iterable[list[pa.Array]], scans: Sequence[Scan], path: Path
) -> tuple[tuple[Column, ...], int | None]:
    """Write the prepared file; gives the columns and the number of duplicate rows, None where that is not known."""
    converters = [choose_converter(scan, width=len(scans)) for scan in scans]
    schema = pa.schema([(scan.name, converter.type) for scan, converter in zip(scans, converters, strict=True)])
    duplicates = DuplicateRows()
    with PreparedWriter(path, schema) as writer:
        for block in blocks:
            columns = [converter.convert(text) for converter, text in zip(converters, block, strict=True)]
            duplicates.add(columns)
            writer.add(columns)
    return tuple(map(describe, scans, converters)), duplicates.count()


class HasStatistics(Protocol):
    """Whatever knows the statistics of a column."""

    def statistics(self) -> dict[str, Any]:
        """Return them as JSON values."""


def describe(scan: Scan, converter: HasStatistics | WideNumbers) -> Column:
    """Return what both passes have found out about a column."""
    if isinstance(scan, WideNumbers):
        return scan.column
    assert not isinstance(converter, WideNumbers)  # noqa: S101 - each scan has its own converter
    if isinstance(scan, VectorScan):
        return Column(
            name=scan.name,
            kind=scan.kind(),
            missing=0,
            distinct=0,
            distinct_exact=False,
            numeric=True,
            statistics=scan.statistics(),
        )
    is_date = isinstance(converter, DateConverter | DaysAtOnce)
    return Column(
        name=scan.name,
        kind=scan.kind(),
        missing=scan.missing,
        distinct=scan.distinct(),
        distinct_exact=scan.values.is_exact,
        numeric=scan.numbers is not None,
        statistics=converter.statistics()
        | ({} if is_date else {"top": top_values(scan)})
        | _own_words(scan)
        | ({} if is_date else _taken_as_missing(scan)),
    )


def _own_words(scan: ColumnScan) -> dict[str, Any]:
    """Tell the words for missing values where the owner has said them: rows to be predicted are read by them, too."""
    return {} if scan.words.said is None else {"missing_words": list(scan.words.said)}


def _taken_as_missing(scan: ColumnScan) -> dict[str, Any]:
    """Tell the words that were taken to say that there is no value, with their counts."""
    return {"taken_as_missing": dict(scan.missing_words)} if scan.missing_words else {}
