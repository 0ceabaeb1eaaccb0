"""A CSV file on disk to a typed table, in two passes of bounded memory."""

import tempfile
from pathlib import Path

from datasets.columns import DataWarning
from datasets.converting import convert
from datasets.errors import NonFinite, NulByte, shorten
from datasets.faults import find_cell, find_fault
from datasets.findings import about_columns, about_duplicates, about_mixed_columns
from datasets.inference import ColumnScan
from datasets.limits import Limits
from datasets.prepared import open_prepared
from datasets.reading import read_text
from datasets.sniff import Layout, sniff
from datasets.source import Source, open_source
from datasets.table import Table


def parse_csv(path: Path, *, limits: Limits, prepared: Path | None = None) -> Table:
    """Read a delimited text file: encoding, delimiter, header and kinds are found out from all of it.

    The values go to `prepared` (an Arrow IPC file) and are mapped from there; without it, to a file that has no name
    and lives as long as the table. Raises a DatasetError that names line, row and column.
    """
    with open_source(path, limits) as source:
        layout = sniff(source, limits)
        if source.has_nul:
            raise find_fault(source, layout, limits) or NulByte("The file contains NUL bytes.", expected="text")
        scans = scan_columns(source, layout, limits)
        _refuse_infinite(scans, source, layout, limits)
        mixed = about_mixed_columns(scans, source, layout, limits)
        if prepared is not None:
            return _convert(source, layout, limits, scans, prepared, mixed)
        with tempfile.TemporaryDirectory(prefix="chainrule-") as folder:
            # The mapping keeps the values reachable after the file has lost its name.
            return _convert(source, layout, limits, scans, Path(folder) / "prepared.arrow", mixed)


def scan_columns(source: Source, layout: Layout, limits: Limits) -> list[ColumnScan]:
    """The first pass: look at every cell of every column."""
    decimals = ".," if layout.dialect.delimiter == ";" else "."
    scans = [ColumnScan(name, width=layout.width, decimals=decimals) for name in layout.names]
    for block in read_text(source, layout, limits):
        for scan, text in zip(scans, block, strict=True):
            scan.add(text)
    return scans


def _refuse_infinite(scans: list[ColumnScan], source: Source, layout: Layout, limits: Limits) -> None:
    places = [
        (scan.numbers.infinite.row, index, scan.numbers.infinite.text)
        for index, scan in enumerate(scans)
        if scan.numbers and scan.numbers.infinite
    ]
    if places:
        row, index, text = min(places)
        position = find_cell(source, layout, limits, row=row, column=index)
        raise NonFinite(
            f"`{shorten(text)}` at {position} is not a finite number.",
            position=position,
            found=text,
            expected="a number between -1.8e308 and 1.8e308, or an empty cell",
            hint="Leave the cell empty if the value is missing.",
        )


def _convert(
    source: Source,
    layout: Layout,
    limits: Limits,
    scans: list[ColumnScan],
    prepared: Path,
    mixed: tuple[DataWarning, ...],
) -> Table:
    columns, duplicates = convert(read_text(source, layout, limits), scans, prepared)
    warnings = (*source.warnings, *layout.warnings, *mixed, *about_columns(columns), *about_duplicates(duplicates))
    return Table(
        columns=columns,
        row_count=scans[0].rows,
        format="csv",
        dialect=layout.dialect,
        arrow=open_prepared(prepared),
        warnings=warnings,
    )
