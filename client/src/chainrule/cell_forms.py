"""Cells of text as the service reads them: numbers in a column's own form, and words for missing values."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

SPACE = " \t\n\v\f\r"
SPACES = " \u00a0\u2007\u2009\u202f"
MINUS = "\\-\u2212\u2013"
BETWEEN = {",": ",", ".": r"\.", " ": f"[{SPACES}]", "'": "['\u2019]"}
OF_NUMBERS = frozenset(
    (
        *("", "#n/a", "#na", "#n/a n/a", "#div/0!", "#ref!", "#value!", "#name?", "#null!", "#num!", "#spill!"),
        *("#calc!", "<na>", "nat", "nil", "none", "null", "nan", "+nan", "-nan", "na", "n/a", "n.a.", "n.a", "n/d"),
        *("n.d.", "nd", "(null)", "(none)", "(blank)", "<null>", "<none>", "[null]", "\\n", "1.#ind", "-1.#ind"),
        *("1.#qnan", "-1.#qnan", "missing", "(missing)", "blank", "empty", "undefined", "void", "k.a.", "k. a."),
        *("-", "--", "---", "\u2013", "\u2014", "\u2212", ".", "..", "...", "\u2026", "?", "??", "*", "_", "/"),
        *("n/v", "n.v.", "not available"),
    )
)
"""Words of columns of numbers and dates, in any case."""
_SIGN, _SECONDS = "(?P<sign>[+\\-\u2212]?)", r"(?P<s>[0-5]?[0-9](?:[.,][0-9]+)?)"
_CLOCK = r"(?P<h>[0-9]+):(?P<m>[0-5][0-9])"
_HALF = r" ?(?P<half>[AaPp])\.?[Mm]\.?"
DURATIONS = {
    "H:M": rf"{_SIGN}{_CLOCK}",
    "H:M:S": rf"{_SIGN}{_CLOCK}:{_SECONDS}",
    "H:M AM": rf"(?P<h>0?[0-9]|1[0-2]):(?P<m>[0-5][0-9]){_HALF}",
    "H:M:S AM": rf"(?P<h>0?[0-9]|1[0-2]):(?P<m>[0-5][0-9]):{_SECONDS}{_HALF}",
    "D days H:M:S": rf"{_SIGN}(?:(?P<d>[0-9]+) days?,? ?(?P<inner>[+-]?))?{_CLOCK}:{_SECONDS}",
    "ISO 8601": (
        rf"{_SIGN}P(?:(?P<d>[0-9]+)D)?(?:T(?:(?P<h>[0-9]+)H)?(?:(?P<m>[0-9]+)M)?(?:(?P<s>[0-9]+(?:[.,][0-9]+)?)S)?)?"
    ),
    "D d H h M min S s": (
        r"(?:(?P<d>[0-9]+) ?d(?:ays?)?,? ?)?(?:(?P<h>[0-9]+) ?h(?:(?:ou)?rs?)?,? ?)?"
        r"(?:(?P<m>[0-9]+) ?m(?:in(?:ute)?s?)?,? ?)?(?:(?P<s>[0-9]+(?:[.,][0-9]+)?) ?s(?:ec(?:ond)?s?)?)?"
    ),
}
"""Patterns of times and durations, by their names in a column's form."""


def is_missing(text: str, words: Sequence[str] | None, *, of_numbers: bool = False) -> bool:
    """Whether a cell says that there is no value: by its owner's words, by the usual ones, among numbers by both."""
    trimmed = text.strip(SPACE)
    if words is None or (of_numbers and trimmed.lower() in OF_NUMBERS):
        return trimmed.lower() in OF_NUMBERS
    return not trimmed or trimmed in words or (of_numbers and trimmed.lower() in map(str.lower, words))


def is_missing_number(cell: object, words: Sequence[str] | None) -> bool:
    """Whether a number says that there is no value: its owner's words name it, however it is written there."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | np.number):
        return False
    return any(cell == number for number in map(plain_number, words or ()) if number is not None)


def plain_number(text: str) -> float | None:
    """Return the number that a text plainly is; None for another, and for one whose zeros in front make it a code."""
    is_number = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text.strip(SPACE))
    return None if is_number is None or re.match("0[0-9]", text.strip("+- ")) else float(text)


def read_number(text: str, form: Mapping[str, Any] | None) -> float | None:
    """Read a number in a form, or without what stands beside it in that form; None for another text."""
    form = form or {"decimal": "."}
    trimmed = text.strip(SPACE)
    if "duration" in form:
        return _seconds(trimmed, form["duration"])
    trimmed = trimmed.strip(SPACE + SPACES)
    bare = {key: form[key] for key in ("decimal", "thousands", "accounting") if key in form}
    number = _number(trimmed, form)
    return _number(trimmed, bare) if number is None else number


def _number(text: str, form: Mapping[str, Any]) -> float | None:
    if form.get("excel") and (formula := re.fullmatch(r'="([^"]*)"', text)):
        text = formula[1]
    found = re.fullmatch(_pattern(form), text)
    if found is None or not re.search("[0-9]", text) or form.get("currency", "") not in text:
        return None
    if text.count("(") != text.count(")"):
        return None
    whole, fraction, exponent = (part or "" for part in found.groups())
    if form.get("thousands"):
        whole = re.sub(BETWEEN[form["thousands"]], "", whole)
    number = float(whole + fraction.replace(",", ".") + exponent)
    return -number if re.search(rf"^[^0-9]*[{MINUS}(]|[{MINUS}]$", text) else number


def _pattern(form: Mapping[str, Any]) -> str:
    gap, mark, currency, unit = f"[{SPACES}]*", BETWEEN[form["decimal"]], form.get("currency"), form.get("unit")
    whole = "[0-9]+"
    if form.get("thousands"):
        between = BETWEEN[form["thousands"]]
        whole = rf"[1-9][0-9]{{0,2}}(?:{between}[0-9]{{2,3}})*{between}[0-9]{{3}}|[0-9]+"
    before = f"(?:{re.escape(currency)}{gap})?" if currency else ""
    after = f"(?:{gap}{re.escape(currency)})?" if currency else ""
    opened, closed = (r"\(?", r"\)?") if form.get("accounting") else ("", "")
    number = rf"({whole}|)({mark}[0-9]*)?([eE][+-]?[0-9]+)?"
    behind = f"{gap}{re.escape(unit)}" if unit else ""
    return rf"{opened}[+{MINUS}]?{gap}{before}[+{MINUS}]?{opened}{number}{closed}{after}{behind}[{MINUS}]?{closed}"


def _seconds(text: str, way: str) -> float | None:
    found = re.fullmatch(DURATIONS[way], text)
    if found is None or not re.search("[0-9]", text):
        return None
    parts = {name: part or "" for name, part in found.groupdict().items()}
    days, hours, minutes, seconds = (float(parts.get(name, "").replace(",", ".") or 0) for name in "dhms")
    if "half" in parts:
        hours = hours % 12 + 12 * (parts["half"] in "pP")
    total = hours * 3600 + minutes * 60 + seconds
    if parts.get("sign") not in {"-", "\u2212"}:
        return days * 86_400 + total
    return -days * 86_400 + (total if parts.get("inner") == "+" else -total)
