"""The role of each column of a large file, found in its first block, and the exceptions for where it does not hold."""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from datasets.columns.forms.cell_forms import CellForms
from datasets.columns.forms.codes import may_be_codes
from datasets.columns.forms.guess import Form
from datasets.columns.forms.missing_words import OF_NUMBERS, words_of
from datasets.columns.forms.number_form import NumberForm
from datasets.columns.scan import ColumnScan
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.odd_columns import guess_forms
from datasets.reading.csv.text_file import TextFile

FIRST_BYTES = 1 << 21
MOST_CODED = 1000
"""Different texts in the first block beyond which a column is read as text."""


class Role(StrEnum):
    """How pyarrow hands the cells over."""

    NUMBER = "number"
    CODED = "coded"
    TEXT = "text"
    FORMED = "formed"


TYPES = {
    Role.NUMBER: pa.float64(),
    Role.CODED: pa.dictionary(pa.int32(), pa.string()),
    Role.TEXT: pa.string(),
    Role.FORMED: pa.string(),
}


@dataclass(frozen=True)
class Part:
    """What a column plays: its role, and where it has one the form in which its numbers or dates are written."""

    role: Role
    form: Form | None = None


class NotPlain(Exception):
    """The file needs the careful reader."""


class ReadOtherwise(Exception):
    """A column is not what its beginning says: begin again with another part."""

    def __init__(self, column: int, role: Role, form: Form | None = None) -> None:
        super().__init__(f"column {column} is read as {role}")
        self.column, self.part = column, Part(role, form)


def first_parts(source: TextFile, layout: Layout, forms: CellForms) -> list[Part]:
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
    return [_part(column.combine_chunks(), layout, forms) for column in table.columns]


def _part(cells: pa.Array, layout: Layout, forms: CellForms) -> Part:
    scan = ColumnScan("", width=layout.width, decimals=".", words=words_of(forms.missing_words))
    scan.add(cells)
    if scan.numbers:
        if may_be_codes(scan.values.values):
            raise NotPlain  # the careful reader tells what is doubtful about them
        return Part(Role.NUMBER)
    if (form := form_of(scan, layout, forms)) is not None:
        return Part(Role.FORMED, form)
    is_coded = scan.values.is_exact and scan.values.distinct <= MOST_CODED and not scan.dates.format
    return Part(Role.CODED if is_coded or scan.missing == scan.rows else Role.TEXT)


def form_of(scan: ColumnScan, layout: Layout, forms: CellForms) -> Form | None:
    """Return the form that all values seen have, None where they have none.

    Raises NotPlain where that is doubtful, since the careful reader compares columns, and names the first other cell.
    """
    form = guess_forms({0: scan}, forms, delimiter=layout.dialect.delimiter).get(0)
    if scan.doubts or (isinstance(form, NumberForm) and form.decimal == "," and layout.dialect.delimiter != ","):
        raise NotPlain
    if form is None:
        return None
    values = scan.values.values
    known = values.filter(pc.invert(OF_NUMBERS.are_in(values)))
    if form.parse(known).null_count:
        raise NotPlain
    return form
