"""What an owner says about how the cells of a table are written; what is not said is found out from each column."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DECIMALS = (".", ",")
THOUSANDS = ("", ",", ".", " ", "'")
"""What may stand between groups of digits; a space stands for every kind of space, an apostrophe for both kinds."""


@dataclass(frozen=True, kw_only=True)
class CellForms:
    """How cells are written: one value for the whole table, with defaults that guess.

    `decimal` is one of DECIMALS, `thousands` one of THOUSANDS where "" says that there are none; `missing_words` are
    all words that say that there is no value, beside the empty cell; `date_formats` has the format of single columns;
    the columns of `texts` are kept as they are written, never read as numbers or dates. With `only_plain` columns that
    are no plain numbers or dates are text, as they were before other forms were known.
    """

    decimal: str | None = None
    thousands: str | None = None
    missing_words: tuple[str, ...] | None = None
    date_formats: Mapping[str, str] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    only_plain: bool = False

    @property
    def is_guess(self) -> bool:
        """Whether nothing is said, and everything found out."""
        said = (self.decimal, self.thousands, self.missing_words)
        return all(value is None for value in said) and not self.date_formats and not self.texts

    @property
    def is_for_quick_reader(self) -> bool:
        """Whether the single pass over large files knows them: nothing is said, or all is as it was."""
        return self.is_guess or self == PLAIN

    def plain_decimals(self, *, delimiter: str) -> str:
        """Return the decimal marks that plain numbers are tried with, in this order."""
        usual = ".," if delimiter == ";" else "."
        other = "," if self.thousands == "." else "."
        return (self.decimal or usual).replace(self.thousands or "\0", "") or other


PLAIN = CellForms(only_plain=True, missing_words=("NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "?", "-"))
"""Numbers and dates as they were read before other forms and words were known: a table from then is made anew so."""
