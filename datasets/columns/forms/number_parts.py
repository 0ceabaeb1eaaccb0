"""One cell that looks like a number, taken apart: its digits, its marks, its sign, what stands beside it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from datasets.columns.cells import SPACE
from datasets.columns.forms.number_form import APOSTROPHES, MINUS, SIGNS, SPACES

CURRENCIES = (
    *("US$", "R$", "A$", "C$", "AU$", "CA$", "HK$", "NZ$", "S$", "$", "\u20ac", "\u00a3", "\u00a5", "\u20b9", "\u20bd"),
    *("\u20a9", "\u20ba", "\u20aa", "\u0e3f", "\u20ab", "\u20b4", "\u20a6", "USD", "EUR", "GBP", "CHF", "JPY", "INR"),
    *(
        "BRL",
        "AUD",
        "CAD",
        "CNY",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "Rs.",
        "Rs",
        "kr.",
        "kr",
        "z\u0142",
        "K\u010d",
    ),
    *("Ft", "Fr.", "RUB", "TRY", "ZAR", "MXN", "SGD", "HKD", "NZD", "KRW", "THB", "ILS"),
)
"""Signs and codes of money, which may stand in front of a number or behind it."""
SHORT = 24
"""Characters of cells that are remembered: the same short ones stand in many columns."""
OF_UNITS = "%\u2030\u2031\u2032\u2033"
"""Punctuation that is a unit by itself: of a hundred, a thousand, ten thousand, minutes and seconds of arc."""
_AROUND = frozenset({"Ps", "Pe", "Pi", "Pf"})
"""Brackets and curly quotes, by Unicode's categories: they belong to what stands around a number."""
_MONEY = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
_GAP = f"[{SPACES}]*"
CELL = rf"""^(?P<excel>=")?(?P<open>\()?(?P<sign>[{SIGNS}]?){_GAP}(?P<before>{_MONEY})?{_GAP}(?P<inner>[{SIGNS}]?)
    (?P<open2>\()?(?P<body>[0-9](?:[0-9.,{SPACES}{APOSTROPHES}]*[0-9])?[.,]?|[.,][0-9]+)(?P<exponent>[eE][+-]?[0-9]+)?
    (?P<close>\))?(?:{_GAP}(?P<after>{_MONEY}))?(?:{_GAP}(?P<unit>[^\W\d_]?[^\s\d().,;:=\-+"'/][^\s\d().,;:="]{{0,11}}[23]?))?
    (?P<trail>[{MINUS}]?)(?P<close2>\))?(?P<quote>")?$""".replace("\n", "").replace("    ", "")
"""The pattern of a cell without the blanks beside it; what does not fit is no number, and some of what fits is none."""
_CELL = re.compile(CELL, re.ASCII)


@dataclass(frozen=True, kw_only=True)
class NumberParts:
    """What a cell consists of."""

    body: str
    currency: str
    unit: str
    accounting: bool
    excel: bool
    exponent: bool


def take_apart(text: str) -> NumberParts | None:
    """Take one cell apart; None where it does not look like a number at all."""
    return _short_taken_apart(text) if len(text) <= SHORT else _taken_apart(text)


def _taken_apart(text: str) -> NumberParts | None:
    found = _CELL.match(text.strip(SPACE + SPACES))
    if found is None:
        return None
    brackets = (found["open"] or "") + (found["open2"] or ""), (found["close"] or "") + (found["close2"] or "")
    if len(brackets[0]) != len(brackets[1]) or bool(found["excel"]) != bool(found["quote"]):
        return None
    if (found["before"] and found["after"]) or not _may_be_unit(found["unit"] or ""):
        return None
    return NumberParts(
        body=found["body"],
        currency=found["before"] or found["after"] or "",
        unit=found["unit"] or "",
        accounting=bool(brackets[0]),
        excel=bool(found["excel"]),
        exponent=bool(found["exponent"]),
    )


def _may_be_unit(text: str) -> bool:
    """Tell whether what stands behind a number can be a unit: letters or signs, also as `[kg]`; a lone `*` is none."""
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    categories = {unicodedata.category(sign) for sign in inner}
    is_named = any(kind[0] == "L" or kind in {"So", "Sc"} for kind in categories) or bool(set(inner) & set(OF_UNITS))
    return not text or (is_named and not _AROUND & categories)


_short_taken_apart = lru_cache(maxsize=1 << 12)(_taken_apart)
