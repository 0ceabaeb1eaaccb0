"""Whether a column holds numbers that are written in one of many forms, and in which."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from datasets.columns.forms.cell_forms import DECIMALS, THOUSANDS, CellForms
from datasets.columns.forms.number_form import BETWEEN, NumberForm, grouped
from datasets.columns.forms.number_parts import NumberParts, take_apart
from datasets.columns.forms.values import Doubt, Values

Marks = tuple[str, str]
"""The decimal mark, and what stands between thousands."""
MARKS: tuple[Marks, ...] = tuple((decimal, mark) for mark in THOUSANDS for decimal in DECIMALS if decimal != mark)
MOST_UNITS = 5
OFTEN = 3
"""Once or twice a mark may be a slip."""
SAMPLE = 1000
DIGITS_OF_CODES = 9
ADDRESS = re.compile(r"\s*(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}\s*", re.ASCII)
"""Four numbers of a byte each, as computers are called."""


def guess_number(
    values: Values, *, forms: CellForms, delimiter: str, decimal_elsewhere: str | None = None
) -> tuple[NumberForm | None, Doubt | None]:
    """Return the form that most values have, None where most have none, or where that would be a gamble."""
    parts = {text: take_apart(text) for text in values.texts[:SAMPLE]}
    numbers = {text: part for text, part in parts.items() if part is not None}
    counts = dict(zip(values.texts, values.counts, strict=True))
    total = sum(counts[text] for text in parts)
    currency = _commonest(numbers, counts, "currency", total)
    unit = _commonest(numbers, counts, "unit", total)
    if currency is None or unit is None:
        return None, _unlike(numbers) if len(numbers) == len(parts) else None
    alike = {text: part for text, part in numbers.items() if part.currency == currency and part.unit == unit}
    fitting = _fitting([part.body for part in alike.values()], [counts[text] for text in alike], total, forms)
    if not fitting:
        return None, None
    chosen, doubt = _choose(
        fitting, [part.body for part in alike.values()], next(iter(alike)),
        is_bare=not currency and not unit, is_money=bool(currency),
        delimiter=delimiter, elsewhere=decimal_elsewhere, forms=forms,
    )  # fmt: skip
    if chosen is None:
        return None, doubt
    if forms.decimal is None and forms.thousands is None and _are_codes(chosen, alike):
        return None, _codes(chosen[1], next(iter(alike)), len(alike))
    return NumberForm(
        decimal=chosen[0],
        thousands=chosen[1],
        currency=currency,
        unit=unit,
        accounting=any(part.accounting for part in alike.values()),
        excel=any(part.excel for part in alike.values()),
    ), doubt


def _are_codes(marks: Marks, numbers: dict[str, NumberParts]) -> bool:
    """Whether groups of digits are those of telephones, addresses or codes.

    They are behind a plus, four parts below 256, or at least nine digits in all cells and equally many.
    """
    if marks[1] not in {" ", "."} or any(part.currency or part.unit for part in numbers.values()):
        return False
    if any(text.lstrip().startswith("+") for text in numbers) or all(map(ADDRESS.fullmatch, numbers)):
        return True
    lengths = {sum(map(str.isdigit, part.body)) for part in numbers.values()}
    return len(numbers) >= OFTEN and len(lengths) == 1 and min(lengths) >= DIGITS_OF_CODES


def _codes(mark: str, example: str, different: int) -> Doubt:
    return Doubt(
        code="data.numbers_as_text",
        words=f"has values like `{example}` ({different} different ones), as telephones and codes are written; it is "
        f'read as text. If they are amounts, send `thousands: "{mark}"`.',
        told={"thousands": mark},
    )


def _unlike(numbers: dict[str, NumberParts]) -> Doubt | None:
    """Say that all cells are numbers with one of a few units or currencies; many units are codes."""
    found = Counter(part.currency + part.unit for part in numbers.values())
    if min(found.values()) < 2 or len(found) > MOST_UNITS:
        return None
    shown = ", ".join(f"`{name or 'none'}` ({count})" for name, count in found.most_common())
    example = next(iter(numbers))
    return Doubt(
        code="data.numbers_as_text",
        words=f"has numbers like `{example}` with different units: {shown} different values; it is read as text. "
        "Numbers are read where all of them have the same unit.",
        told={},
    )


def _commonest(numbers: dict[str, NumberParts], counts: dict[str, int], name: str, total: int) -> str | None:
    """Return what most cells have beside their number; None where most cells agree on nothing."""
    found: Counter[str] = Counter()
    for text, part in numbers.items():
        found[getattr(part, name)] += counts[text]
    most = found.most_common(1)
    return most[0][0] if most and 2 * most[0][1] > total else None


def _fitting(bodies: Sequence[str], counts: Sequence[int], total: int, forms: CellForms) -> list[Marks]:
    """List the pairs of marks that fit most cells, more than half of them; those that are not needed are left out."""
    scores: dict[Marks, int] = {}
    between = {mark for mark in THOUSANDS if mark and any(map(re.compile(BETWEEN[mark]).search, bodies))}
    for marks in MARKS:
        if not _is_allowed(marks, forms) or (marks[1] and marks[1] not in between):
            continue
        fit = [place for place, body in enumerate(bodies) if _pattern(marks).match(body)]
        if marks[1] and not any(re.search(BETWEEN[marks[1]], bodies[place]) for place in fit):
            continue
        scores[marks] = sum(counts[place] for place in fit)
    best = max(scores.values(), default=0)
    found = [marks for marks, score in scores.items() if score == best and 2 * best > total]
    fitting = [body for body in bodies if found and _pattern(found[0]).match(body)]
    return [marks for place, marks in enumerate(found) if not _is_same(marks, found[:place], fitting)]


def _is_allowed(marks: Marks, forms: CellForms) -> bool:
    """Whether the marks agree with what is said; that there may be thousands does not say that a column has some."""
    decimal, thousands = marks
    if forms.decimal not in {None, decimal} or decimal == forms.thousands:
        return False
    return forms.thousands is None or thousands in {"", forms.thousands}


def _is_same(marks: Marks, earlier: Sequence[Marks], bodies: Sequence[str]) -> bool:
    """Whether an earlier pair gives the same numbers, since the decimal mark is never used."""
    return any(marks[1] == other[1] for other in earlier) and not any(marks[0] in body for body in bodies)


@cache
def _pattern(marks: Marks) -> re.Pattern[str]:
    decimal, thousands = marks
    whole = f"(?:{grouped(thousands)}|[0-9]+)" if thousands else "[0-9]+"
    return re.compile(rf"^(?:{whole}(?:{BETWEEN[decimal]}[0-9]*)?|{BETWEEN[decimal]}[0-9]+)$")


def _choose(  # the circumstances that decide between two readings
    fitting: Sequence[Marks],
    bodies: Sequence[str],
    example: str,
    *,
    is_bare: bool,
    is_money: bool,
    delimiter: str,
    elsewhere: str | None,
    forms: CellForms,
) -> tuple[Marks | None, Doubt | None]:
    """Choose among the pairs of marks that fit; None where a choice would be a gamble."""
    is_said = forms.decimal is not None or forms.thousands is not None
    if len(fitting) == 1:
        (marks,) = fitting
        if is_said:
            return marks, None
        if marks == (",", "") and is_bare and delimiter == ",":
            return None, _decimal_comma(example, len(bodies))
        if marks[1] in {",", "."} and _is_slip(marks, bodies):
            return None, _slip(marks, bodies)
        return marks, None
    mark = "," if (".", ",") in fitting else "."
    grouped_marks = (".", ",") if mark == "," else (",", ".")
    plain = (mark, "")
    thousands_are_likely = is_money or (elsewhere != mark if mark == "," else elsewhere == ",")
    taken = grouped_marks if thousands_are_likely else plain
    if mark == "," and delimiter == "," and _are_corroborated(bodies, mark):
        return taken, None
    return taken, about_marks(taken, mark, example)


def _is_slip(marks: Marks, bodies: Sequence[str]) -> bool:
    """Whether both marks are used, never in the same cell, and the one between thousands hardly ever."""
    decimal, thousands = marks
    if any(thousands in body and decimal in body for body in bodies) or not any(decimal in body for body in bodies):
        return False
    grouped_ones = [body for body in bodies if thousands in body]
    return len(grouped_ones) < OFTEN and all(body.count(thousands) == 1 for body in grouped_ones)


def _are_corroborated(bodies: Sequence[str], mark: str) -> bool:
    """Whether cells without the mark show that it stands between thousands: they are all below a thousand."""
    plain = [body for body in bodies if mark not in body]
    return len(bodies) - len(plain) >= OFTEN and bool(plain) and all(len(body) <= 3 for body in plain)


def about_marks(taken: Marks, mark: str, example: str) -> Doubt:
    """Say that a mark before three digits may be either."""
    name = "decimal" if taken[1] else "thousands"
    if taken[1]:
        words = f"has numbers like `{example}`, whose `{mark}` is taken to stand between thousands. "
        words += f'If it is the decimal mark, send `decimal: "{mark}"`.'
    else:
        words = f"has numbers like `{example}`, whose `{mark}` is taken for the decimal mark. "
        words += f'If it stands between thousands, send `thousands: "{mark}"`.'
    return Doubt(code="data.ambiguous_numbers", words=words, told={name: mark})


def _decimal_comma(example: str, different: int) -> Doubt:
    return Doubt(
        code="data.numbers_as_text",
        words=f"has values like `{example}` ({different} different ones) in a file that commas divide; it is read as "
        'text. If they are numbers, send `decimal: ","`.',
        told={"decimal": ","},
    )


def _slip(marks: Marks, bodies: Sequence[str]) -> Doubt:
    decimal, thousands = marks
    grouped_one = next(body for body in bodies if thousands in body)
    other = next(body for body in bodies if decimal in body)
    return Doubt(
        code="data.numbers_as_text",
        words=f"has `{grouped_one}` beside `{other}`: thousands or a slip; it is read as text. If they are numbers, "
        f'send `decimal: "{decimal}"` and `thousands: "{thousands}"`.',
        told={"decimal": decimal, "thousands": thousands},
    )
