"""Numbers as people write them: with groups of digits, a currency, a unit, in brackets, or as a formula of Excel."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.cells import SPACE

SPACES = " \u00a0\u2007\u2009\u202f"
APOSTROPHES = "'\u2019"
SIGNS = "+\\-\u2212\u2013"
MINUS = "\\-\u2212\u2013"
EXCEL = r'^="([^"]*)"$'
BETWEEN = {",": ",", ".": r"\.", " ": f"[{SPACES}]", "'": f"[{APOSTROPHES}]"}
"""What stands between groups of digits, as patterns."""
DIGIT = re.compile("[0-9]")
NEGATIVE = rf"^[^0-9]*[{MINUS}(]|[{MINUS}]$"


def grouped(thousands: str) -> str:
    """Return the pattern of whole numbers in groups of three digits (of two in front of them, as in India)."""
    mark = BETWEEN[thousands]
    return rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{2,3}})*{mark}[0-9]{{3}}"


@dataclass(frozen=True, kw_only=True)
class NumberForm:
    """How all numbers of a column are written.

    `thousands` stands between groups of digits; `currency` and `unit` (also `%`) stand beside every number, which is
    not changed by them: 12 % is 12. In `accounting` a number in brackets is negative. Any minus, in front or behind,
    and an exponent are read in every form.
    """

    decimal: str = "."
    thousands: str = ""
    currency: str = ""
    unit: str = ""
    accounting: bool = False
    excel: bool = False

    @cached_property
    def pattern(self) -> str:
        """The pattern of a cell, the same for Arrow and for Python; its groups are whole, fraction and exponent."""
        gap, mark = f"[{SPACES}]*", BETWEEN[self.decimal]
        whole = f"{grouped(self.thousands)}|[0-9]+" if self.thousands else "[0-9]+"
        number = rf"({whole}|)({mark}[0-9]*)?([eE][+-]?[0-9]+)?"
        before = f"(?:{re.escape(self.currency)}{gap})?" if self.currency else ""
        after = f"(?:{gap}{re.escape(self.currency)})?" if self.currency else ""
        unit = f"{gap}{re.escape(self.unit)}" if self.unit else ""
        opened, closed = (r"\(?", r"\)?") if self.accounting else ("", "")
        return rf"^{opened}[{SIGNS}]?{gap}{before}[{SIGNS}]?{opened}{number}{closed}{after}{unit}[{MINUS}]?{closed}$"

    def parse(self, cells: pa.Array) -> pa.Array:
        """Return floats of cells without nulls, null for what is not written so."""
        cells = _trimmed(cells)
        if self.excel:
            cells = pc.replace_substring_regex(cells, EXCEL, r"\1")
        fits = pc.and_(pc.match_substring_regex(cells, self.pattern), pc.match_substring_regex(cells, "[0-9]"))
        if self.currency:
            fits = pc.and_(fits, pc.match_substring(cells, self.currency))
        if self.accounting:
            fits = pc.and_(fits, pc.equal(pc.count_substring(cells, "("), pc.count_substring(cells, ")")))
        numbers = pc.cast(self.digits(pc.if_else(fits, cells, None)), pa.float64())
        return pc.if_else(pc.match_substring_regex(cells, NEGATIVE), pc.negate(numbers), numbers)

    def digits(self, cells: pa.Array) -> pa.Array:
        """Return the plain digits of cells that are written so, without their sign, with a decimal point."""
        if self.excel:
            cells = pc.replace_substring_regex(cells, EXCEL, r"\1")
        plain = pc.replace_substring_regex(cells, self.pattern, r"\1\2\3")
        if self.thousands:
            plain = pc.replace_substring_regex(plain, BETWEEN[self.thousands], "")
        return pc.replace_substring(plain, ",", ".") if self.decimal == "," else plain

    def read(self, text: str) -> float | None:
        """Read one cell; None for what is not written so."""
        if not DIGIT.search(text):
            return None
        number = self.parse(pa.array([text]))[0].as_py()
        return None if number is None else float(number)

    @property
    def example(self) -> str:
        """A number in this form."""
        whole = f"1{self.thousands}234" if self.thousands else "12"
        return f"{self.currency}{whole}{self.decimal}5{' ' * bool(self.unit)}{self.unit}"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values: the decimal mark, and what else there is."""
        extra = {name: value for name, value in vars(self).items() if value and name in self.__dataclass_fields__}
        return {"decimal": self.decimal, **extra}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "NumberForm":
        """Read what `to_json` wrote."""
        return cls(**body)


def _trimmed(cells: pa.Array) -> pa.Array:
    return pc.utf8_trim(cells, SPACE + SPACES)


def as_floats(numbers: pa.Array) -> np.ndarray | None:
    """Return numbers as an array, None where one is missing."""
    return None if numbers.null_count else np.asarray(numbers)
