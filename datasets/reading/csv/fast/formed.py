"""Columns of a large file whose numbers or dates are written in one of many forms, in the single pass."""

from typing import Any

import pyarrow as pa

from datasets.columns.column import Column
from datasets.columns.convert import describe
from datasets.columns.date_formats import DateConverter
from datasets.columns.forms.date_form import DateForm
from datasets.columns.forms.duration_form import DurationForm
from datasets.columns.forms.missing_words import OF_NUMBERS
from datasets.columns.forms.number_form import NumberForm
from datasets.columns.parse_numbers import clean
from datasets.columns.scan import ColumnScan
from datasets.columns.set_dates import SetDates
from datasets.reading.csv.fast.columns import NUMBERS_TOLD_APART, Numbers
from datasets.reading.csv.fast.roles import NotPlain


class FormedNumbers(Numbers):
    """Texts to floats; what does not fit is left to the careful reader, which names its place."""

    def __init__(self, name: str, width: int, form: NumberForm | DurationForm) -> None:
        super().__init__(name, width)
        self.scan = ColumnScan(
            name, width=width, decimals="", most_values=NUMBERS_TOLD_APART, words=OF_NUMBERS, form=form
        )

    def add(self, cells: pa.Array) -> pa.Array:
        """Take in a block; raises NotPlain at what is no finite number in this form."""
        self.scan.add(cells)
        numbers = self.scan.scans[0]
        if numbers.misfit or numbers.kept or numbers.infinite:
            raise NotPlain
        return numbers.parse(clean(cells, OF_NUMBERS))

    def statistics(self) -> dict[str, Any]:
        """Return what the numbers are like, and how they are written."""
        return super().statistics() | self.scan.scans[0].written()


class Dates:
    """Texts to timestamps; what is no date is left to the careful reader, which names its place."""

    def __init__(self, name: str, width: int, form: DateForm) -> None:
        self.scan = ColumnScan(name, width=width, decimals="", words=OF_NUMBERS, form=form)
        self._converter = DateConverter(form.format, OF_NUMBERS, form=form)
        self.type = self._converter.type

    def add(self, cells: pa.Array) -> pa.Array:
        """Take in a block; raises NotPlain at what is no date in this form."""
        self.scan.add(cells)
        if isinstance(self.scan.dates, SetDates) and self.scan.dates.bad:
            raise NotPlain
        return self._converter.convert(cells)

    def describe(self) -> Column:
        """Return all that was found out; raises NotPlain where the column turned out to be no dates."""
        if self.scan.kind() != "date":
            raise NotPlain
        return describe(self.scan, self._converter)
