"""The scan of a column of text, block by block: counts, numbers and dates, from which its kind follows at the end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from datasets.columns.cells import order_yes_no
from datasets.columns.column import Kind
from datasets.columns.date_formats import DateScan
from datasets.columns.forms.date_form import ISO, DateForm
from datasets.columns.forms.guess import Form
from datasets.columns.forms.missing_words import USUAL, MissingWords
from datasets.columns.forms.values import Doubt
from datasets.columns.number_scan import FirstPlace, NumberScan
from datasets.columns.parse_numbers import clean, count_numbers, words_among
from datasets.columns.set_dates import SetDates
from datasets.columns.value_counts import Orders, ValueCounts

MOST_VALUES = 2_000_000
MOST_BYTES = 32 * 1024**2
ID_SHARE = 0.95
ID_ROWS = 20
ROW_NUMBER_NAMES = frozenset(
    {"column_1", "id", "index", "row", "row_id", "rowid", "row_number", "unnamed: 0", "no", "nr", "#"}
)


@dataclass(frozen=True, kw_only=True)
class SeenAtOnce:
    """What was seen of a column of texts, some of them no numbers, in a table that is one block.

    `codes` tell for each cell which of the sorted values it is, -1 for none; `misfits` and the counts of plain numbers
    are for each way of reading numbers, and `days` are timestamps where every cell is a day as ISO 8601 has it.
    `has_no_form` where no form of numbers or dates is to be guessed.
    """

    rows: int
    missing_words: Sequence[str]
    values: pa.Array
    counts: np.ndarray
    orders: Orders
    codes: np.ndarray
    misfits: Sequence[FirstPlace]
    number_counts: Sequence[int]
    days: pa.Array | None
    has_no_form: bool


class ColumnScan:
    """Looks at one column, block by block: for plain numbers with each of the `decimals`, or for one form alone."""

    def __init__(
        self,
        name: str,
        *,
        width: int,
        decimals: str,
        most_values: int = 100_000,
        words: MissingWords = USUAL,
        form: Form | None = None,
        may_be_date: bool = True,
    ) -> None:
        self.name, self.words = name, words
        self.rows = 0
        self.missing = 0
        self.missing_words: Counter[str] = Counter()
        self.values = ValueCounts(
            most_values=max(256, min(most_values, MOST_VALUES // width)), most_bytes=max(1 << 14, MOST_BYTES // width)
        )
        self.scans = [NumberScan(decimal) for decimal in decimals]
        self.dates: DateScan | SetDates = DateScan()
        if isinstance(form, DateForm):
            self.dates = SetDates(form)
        elif form is not None:
            self.scans = [NumberScan(".", form=form)]
        self.doubts: list[Doubt] = []
        self.nearly: Form | None = None  # the form that most cells have
        self.misfit: FirstPlace | None = None  # the first cell that does not
        self.most_are = "numbers"
        self._may_be_date = may_be_date
        self.at_once: SeenAtOnce | None = None  # while all values are known
        self._number_counts: tuple[np.ndarray, np.ndarray] | None = None
        self._kind: Kind | None = None

    def see_at_once(self, seen: SeenAtOnce) -> None:
        """Take over what was seen, as if all cells had been added."""
        self.rows, self.missing = seen.rows, seen.rows - int(seen.counts.sum())
        self.missing_words.update(seen.missing_words)
        self.values.take_over(seen.values, seen.counts, seen.orders)
        for scan, misfit in zip(self.scans, seen.misfits, strict=True):
            scan.misfit = misfit
        if isinstance(self.dates, DateScan):
            if seen.days is not None and self._may_be_date:
                self.dates.settle(ISO)
            else:
                self.dates.add(seen.values, may_be=self._may_be_date)
        self.at_once = seen if self.values.is_exact else None

    def add(self, text: pa.Array) -> None:
        """Look at the next block of cells."""
        cells = clean(text, self.words)
        rows: Sequence[int] | np.ndarray = range(self.rows + 1, self.rows + len(cells) + 1)
        self.rows += len(cells)
        self._number_counts = self._kind = None
        if isinstance(self.dates, SetDates):
            cells = self.dates.keep_dates(cells, np.array(rows))
        if cells.null_count:
            self.missing += cells.null_count
            self.missing_words.update(words_among(text, cells))
            rows = np.array(rows)[np.asarray(cells.is_valid())]
            cells = cells.drop_null()
        self.values.add(cells)
        for scan in self.scans:
            scan.add(cells, rows)
        if len(cells) and isinstance(self.dates, DateScan):
            may_be = self._may_be_date and all(scan.misfit or scan.kept for scan in self.scans)
            self.dates.add(cells, may_be=may_be)

    @property
    def numbers(self) -> NumberScan | None:
        """The reading as numbers, when every cell fits."""
        if self.at_once or self.missing == self.rows:
            return None
        return next((scan for scan in self.scans if scan.misfit is None and scan.kept is None), None)

    @property
    def kept_as_text(self) -> FirstPlace | None:
        """The first number that has to stay as it is written, in a column that holds nothing but numbers."""
        if self.at_once or self.numbers:
            return None
        return next((scan.kept for scan in self.scans if scan.kept and scan.misfit is None), None)

    @property
    def mostly_numbers(self) -> FirstPlace | None:
        """The first cell that is no number in a column where most cells are; None otherwise."""
        if self.numbers or self.kept_as_text or not self.values.seen:
            return None
        for place, scan in enumerate(self.scans):
            count = self._count_numbers(place, scan.decimal)
            if scan.misfit and count * 2 > self.values.counts.sum():
                return scan.misfit
        return None

    def _count_numbers(self, place: int, decimal: str) -> int:
        if self.at_once:
            return self.at_once.number_counts[place]
        return count_numbers(self.values.values, self.values.counts, decimal=decimal)

    def distinct(self) -> int:
        """How many different values were seen; numbers that are written in two ways count once."""
        if self.numbers and self.values.is_exact:
            return len(self.number_counts()[0])
        return self.values.distinct

    def number_counts(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the different numbers and how often each was seen."""
        if self._number_counts is None:
            assert self.numbers is not None  # noqa: S101 - asked for number columns only
            numbers = np.asarray(self.numbers.parse(self.values.values))
            different, place = np.unique(numbers, return_inverse=True)
            counts = np.bincount(place, weights=self.values.counts, minlength=len(different))
            self._number_counts = different, counts.astype(np.int64)
        return self._number_counts

    def kind(self) -> Kind:
        """Return what the column is; ask once all of it was seen."""
        if self._kind is None:
            self._kind = self._found_kind()
        return self._kind

    def _found_kind(self) -> Kind:
        if self.missing == self.rows:
            return Kind.EMPTY
        distinct = self.distinct()
        if distinct == 1 and not self.missing:
            return Kind.CONSTANT
        if self.numbers:
            return Kind.ID if self._counts_rows(self.numbers, distinct) else Kind.NUMBER
        return Kind.DATE if self.dates.format else self._kind_of_text(distinct)

    def _kind_of_text(self, distinct: int) -> Kind:
        if distinct == 2 and order_yes_no(tuple(self.values.values.to_pylist())):
            return Kind.BOOLEAN
        if self.rows >= ID_ROWS and distinct > ID_SHARE * self.values.seen:
            return Kind.ID
        return Kind.CATEGORY

    def _counts_rows(self, numbers: NumberScan, distinct: int) -> bool:
        """Whether a column with a name like `id` holds each number from 0 or 1 up once."""
        return (
            self.rows >= ID_ROWS
            and self.name.strip().lower() in ROW_NUMBER_NAMES
            and numbers.whole
            and not self.missing
            and numbers.minimum in {0, 1}
            and numbers.maximum - numbers.minimum + 1 == self.rows
            and (distinct == self.rows or not self.values.is_exact)
        )
