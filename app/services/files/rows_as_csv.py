"""A table's rows as CSV text that a spreadsheet opens without running any of it."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from app.services import prepared_files
from store import Store
from store.database import rows
from store.database.tables import Dataset

ROWS_AT_ONCE = 1000
RUN_BY_SPREADSHEETS = re.compile(r"[\s\0;,|'\"]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""How cells begin that Excel and others take for formulas, also behind what separates cells in some countries.

https://owasp.org/www-community/attacks/CSV_Injection
"""
SEPARATORS = re.compile(r"[;\t|]")  # of other countries and programs: within quotes they separate nothing


def csv_rows(store: Store, project_id: str, dataset_id: str) -> tuple[Dataset, Iterator[bytes]]:
    """Return the dataset and its rows as they were understood, with a header, piece by piece."""
    with store.database.reading() as session:
        dataset = rows.find(session, Dataset, dataset_id, project_id)
    return dataset, _pieces(prepared_files.table(store, dataset), dataset)


def _pieces(table: pa.Table, dataset: Dataset) -> Iterator[bytes]:
    yield _written([[harmless(column["name"]) for column in dataset.columns]])
    for start in range(0, dataset.row_count, ROWS_AT_ONCE):
        found = prepared_files.values(table.slice(start, ROWS_AT_ONCE), dataset.columns)
        yield _written([[harmless(cell) for cell in row.values()] for row in found])


def harmless(cell: Any) -> Any:
    """Put an apostrophe before a text that would be run; numbers stay numbers, also negative ones."""
    return f"'{cell}" if isinstance(cell, str) and RUN_BY_SPREADSHEETS.match(cell) else cell


def _written(lines: list[list[Any]]) -> bytes:
    text = io.StringIO()
    plain, quoted = csv.writer(text), csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    for line in lines:
        cells = ["" if cell is None else cell for cell in line]
        needs_quotes = any(isinstance(cell, str) and SEPARATORS.search(cell) for cell in cells)
        (quoted if needs_quotes else plain).writerow(cells)
    return text.getvalue().encode()
