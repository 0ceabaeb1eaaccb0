"""The role of each column of a large file, found in its first block, and the exceptions for where it does not hold."""

from enum import StrEnum

import pyarrow as pa
import pyarrow.csv

from datasets.columns.scan import ColumnScan
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.text_file import TextFile

FIRST_BYTES = 1 << 21
MOST_CODED = 1000
"""Different texts in the first block beyond which a column is read as text."""


class Role(StrEnum):
    """How pyarrow hands the cells over."""

    NUMBER = "number"
    CODED = "coded"
    TEXT = "text"


TYPES = {Role.NUMBER: pa.float64(), Role.CODED: pa.dictionary(pa.int32(), pa.string()), Role.TEXT: pa.string()}


class NotPlain(Exception):
    """The file needs the careful reader."""


class ReadOtherwise(Exception):
    """A column is not what its beginning says: begin again with another role."""

    def __init__(self, column: int, role: Role) -> None:
        super().__init__(f"column {column} is read as {role}")
        self.column, self.role = column, role


def first_roles(source: TextFile, layout: Layout) -> list[Role]:
    """Look at the first block as text; raises NotPlain where pyarrow cannot read it."""
    names = [str(index) for index in range(layout.width)]
    with source.path.open("rb") as file:
        head = file.read(FIRST_BYTES).rpartition(b"\n")[0] + b"\n"
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(head),
            pyarrow.csv.ReadOptions(
                use_threads=False, column_names=names, skip_rows_after_names=int(layout.dialect.has_header)
            ),
            pyarrow.csv.ParseOptions(delimiter=layout.dialect.delimiter, newlines_in_values=source.has_quotes),
            pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise NotPlain from error
    return [_role(column.combine_chunks(), layout.width) for column in table.columns]


def _role(cells: pa.Array, width: int) -> Role:
    scan = ColumnScan("", width=width, decimals=".")
    scan.add(cells)
    if scan.numbers:
        return Role.NUMBER
    is_coded = scan.values.is_exact and scan.values.distinct <= MOST_CODED and not scan.dates.format
    return Role.CODED if is_coded or scan.missing == scan.rows else Role.TEXT
