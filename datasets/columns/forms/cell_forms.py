"""What an owner says about how the cells of a table are written; what is not said is found out from each column."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

DECIMALS = (".", ",")
THOUSANDS = ("", ",", ".", " ", "'")
"""What may stand between groups of digits; a space stands for every kind of space, an apostrophe for both kinds."""


@dataclass(frozen=True, kw_only=True)
class CellForms:
    """How cells are written: one value for the whole table, with defaults that guess.

    `decimal` is one of DECIMALS, `thousands` one of THOUSANDS where "" says that there are none; `decimals` and
    `groups` say the same of single columns. `missing_words` are all words that say that there is no value, beside the
    empty cell; `date_formats` has the format of single columns; the columns of `dates` hold dates in some format,
    those of `numbers` numbers, and those of `texts` are kept as they are written. With `only_plain` columns that are
    no plain numbers or dates are text, as they were before other forms were known.
    """

    decimal: str | None = None
    thousands: str | None = None
    decimals: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    missing_words: tuple[str, ...] | None = None
    date_formats: Mapping[str, str] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    only_plain: bool = False

    @property
    def is_guess(self) -> bool:
        """Whether nothing is said, and everything found out; that a column holds numbers is checked afterwards."""
        return self.missing_words is None and not self.says_forms

    @property
    def says_forms(self) -> bool:
        """Whether something is said of how numbers, dates or texts of some columns are written."""
        marks = (self.decimal, self.thousands)
        of_columns = (self.decimals, self.groups, self.date_formats, self.texts, self.dates)
        return any(mark is not None for mark in marks) or any(map(bool, of_columns))

    @property
    def is_for_quick_reader(self) -> bool:
        """Whether the single pass over large files knows them: nothing is said, or all is as it was."""
        return self.is_guess or self == PLAIN

    @property
    def says_marks(self) -> bool:
        """Whether the decimal mark or what stands between thousands is said."""
        return self.decimal is not None or self.thousands is not None

    def of(self, name: str) -> "CellForms":
        """Return what is said of a column, as if it were said of all."""
        if not self.decimals and not self.groups:
            return self
        decimal, thousands = self.decimals.get(name, self.decimal), self.groups.get(name, self.thousands)
        return replace(self, decimal=decimal, thousands=thousands, decimals={}, groups={})

    def plain_decimals(self, *, delimiter: str) -> str:
        """Return the decimal marks that plain numbers are tried with, in this order."""
        usual = ".," if delimiter == ";" else "."
        other = "," if self.thousands == "." else "."
        return (self.decimal or usual).replace(self.thousands or "\0", "") or other


PLAIN = CellForms(only_plain=True, missing_words=("NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "?", "-"))
"""Numbers and dates as they were read before other forms and words were known: a table from then is made anew so."""
