"""A CSV file on disk to a typed table, in two passes of bounded memory."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from datasets.columns.column import Column, DataWarning
from datasets.columns.convert import convert
from datasets.columns.forms.cell_forms import CellForms
from datasets.columns.prepared_table import open_prepared
from datasets.columns.scan import ColumnScan
from datasets.columns.table import Table
from datasets.errors import NonFinite, NulByte, shorten
from datasets.limits import Limits
from datasets.reading.csv.dialect import Layout, sniff
from datasets.reading.csv.fast import read_plain
from datasets.reading.csv.locate_fault import find_cell, find_fault, find_lines
from datasets.reading.csv.mixed_columns import about_mixed_columns
from datasets.reading.csv.plain_file import as_plain_file
from datasets.reading.csv.scan_columns import scan_columns
from datasets.reading.csv.text_file import TextFile, open_text_file
from datasets.reading.identifiers import find_identifiers, unnamed_columns
from datasets.reading.overrides import Overrides
from datasets.reading.warnings_by_column import about_columns, about_duplicates
from datasets.reading.warnings_by_table import about_tables

GUESS = CellForms()


def parse_csv(
    path: Path,
    *,
    limits: Limits,
    prepared: Path | None = None,
    overrides: Overrides = Overrides(),  # noqa: B008  # frozen
    forms: CellForms | None = None,
) -> Table:
    """Read a delimited text file: encoding, delimiter, header and kinds are found out, unless `overrides` tell them.

    `forms` says how its cells are written where that is not for `overrides` to say.
    The values go to `prepared` (an Arrow IPC file) and are mapped from there; without it, to a file that has no name
    and lives as long as the table. Raises a DatasetError that names line, row and column.
    """
    with (
        open_text_file(path, limits, encoding=overrides.encoding) as file,
        tempfile.TemporaryDirectory(prefix="chainrule-") as folder,
    ):
        layout = sniff(file, limits, overrides)
        if file.has_nul:
            raise find_fault(file, layout, limits) or NulByte("The file contains NUL bytes.", expected="text")
        source, layout = as_plain_file(file, layout, limits, Path(folder) / "plain.csv")
        destination = prepared or Path(folder) / "prepared.arrow"
        forms = forms or overrides.forms
        found = read_plain(source, layout, limits, destination, forms)
        columns, duplicates, mixed, decimal = (
            (*found, ".") if found else read_carefully(source, layout, limits, destination, forms)
        )
        # The mapping keeps the values reachable after an unnamed file has lost its folder.
        arrow = open_prepared(destination)
        columns = find_identifiers(columns, arrow, unnamed_columns(layout.warnings))
        together = about_tables(columns, arrow, partial(find_lines, source, layout, limits))
    return Table(
        columns=columns,
        row_count=arrow.num_rows,
        format="csv",
        dialect=replace(layout.dialect, decimal=decimal),
        arrow=arrow,
        warnings=(
            *source.warnings,
            *layout.warnings,
            *mixed,
            *about_columns(columns),
            *about_duplicates(duplicates),
            *together,
        ),
    )


def read_carefully(
    source: TextFile, layout: Layout, limits: Limits, path: Path, forms: CellForms = GUESS
) -> tuple[tuple[Column, ...], int | None, tuple[DataWarning, ...], str]:
    """Read every cell as text first, then as what all of its column are; names the place of what is no table."""
    scanned = scan_columns(source, layout, limits, forms)
    scans = scanned.by_cell
    _refuse_infinite(scans, source, layout, limits)
    mixed = about_mixed_columns(scans, source, layout, limits)
    columns, duplicates = convert(scanned.blocks(), scanned.columns, path)
    has_commas = any(scan.numbers is not None and scan.numbers.decimal_mark == "," for scan in scans.values())
    return columns, duplicates, mixed, "," if has_commas else "."


def _refuse_infinite(scans: Mapping[int, ColumnScan], source: TextFile, layout: Layout, limits: Limits) -> None:
    places = [
        (scan.numbers.infinite.row, index, scan.numbers.infinite.text)
        for index, scan in scans.items()
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
            hint=_hint_of_infinite(layout.names[index], text),
        )


def _hint_of_infinite(name: str, text: str) -> str:
    """Tell the way out; what has digits may be a code that only looks like a number, as `12e345` does."""
    hint = "Leave the cell empty if the value is missing"
    if not any(map(str.isdigit, text)):
        return f"{hint}."
    return (
        f"{hint}; if `{shorten(name)}` holds codes, send `kinds: {json.dumps({name: 'category'}, ensure_ascii=False)}`."
    )
