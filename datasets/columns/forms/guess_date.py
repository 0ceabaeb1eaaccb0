"""Whether a column holds dates, and by which format; where day and month might be swapped, that is a doubt."""

import itertools
import re
from collections.abc import Iterator
from functools import cache

import pyarrow as pa

from datasets.columns.forms.date_form import ISO, ISO_ZONE, DateForm, pattern_of
from datasets.columns.forms.date_words import MONTHS
from datasets.columns.forms.values import Doubt, Values

DATES = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%y"),
    *("%m/%d/%y", "%d/%m/%y", "%d-%m-%y", "%m-%d-%y", "%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d. %b %Y", "%d.%b.%Y"),
    *("%d %b, %Y", "%b %d, %Y", "%b %d %Y", "%b-%d-%Y", "%d %b %y", "%d-%b-%y", "%Y %b %d", "%Y-%b-%d"),
    *("%a, %d %b %Y", "%a %d %b %Y", "%a, %b %d, %Y", "%a %b %d %Y"),
)
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", " %I:%M:%S%p")
FORMATS = (
    *(ISO, ISO_ZONE),
    *(
        date + time + zone
        for date, time in itertools.product(DATES, TIMES)
        for zone in (("", " %z", "%z") if time else ("",))
    ),
    *("%H:%M %d/%m/%Y", "%H:%M %d.%m.%Y", "%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %z %Y", "%d/%b/%Y:%H:%M:%S %z"),
    *("%b %Y", "%Y-%m", "%m/%Y", "%Y/%m"),
)
"""Formats that are tried; where several fit, the first one that fits most cells is taken."""
GLANCE = 8
_DIGITS = re.compile(r"\d[-/.]\d{1,2}[-/.]\d|\d{4}[-/]\d|\d/\d{4}", re.ASCII)
_WORDS = re.compile(r"[^\W\d_]{3,}")


def swapped(format_: str) -> str | None:
    """Return the format with day and month the other way round; None where nobody writes so."""
    other = format_.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    is_written = other != format_ and other in _SET
    return other if is_written else None


def guess_date(values: Values) -> tuple[DateForm | None, Doubt | None]:
    """Return the format that most values have; None where most have none of them."""
    shown = values.texts[:GLANCE]
    likely = list(_likely(shown)) if 2 * sum(map(may_be_date, shown)) > len(shown) else []
    if not likely:
        return None, None
    cells = pa.array(values.texts, pa.string())
    fits = {format_: _count(DateForm(format_), cells, values) for format_ in likely}
    best = max(fits, key=lambda format_: fits[format_])  # of equals the first
    if 2 * fits[best] <= values.total:
        return None, None
    other = swapped(best)
    doubt = about_order(best, other, values.texts[0]) if other and fits.get(other, 0) == fits[best] else None
    return DateForm(best), doubt


def about_order(taken: str, other: str, example: str) -> Doubt:
    """Say that day and month might be swapped."""
    order, opposite = ("month", "day") if taken.index("%m") < taken.index("%d") else ("day", "month")
    return Doubt(
        code="data.ambiguous_dates",
        words=f"holds dates like `{example}` that read both ways; they are taken {order} first (`{taken}`). "
        f'If the {opposite} comes first, send `date_format: "{other}"` for it.',
        told={"date_format": other},
    )


def may_be_date(text: str) -> bool:
    """Tell at a glance: hundreds of formats are tried on what may be a date."""
    return bool(_DIGITS.search(text)) or any(word.lower() in MONTHS for word in _WORDS.findall(text))


def _likely(texts: tuple[str, ...]) -> Iterator[str]:
    return (format_ for format_, pattern in _patterns() if any(pattern.match(text) for text in texts))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((format_, re.compile(pattern_of(format_))) for format_ in FORMATS)


def _count(form: DateForm, cells: pa.Array, values: Values) -> int:
    fits = form.parse(cells).is_valid().to_pylist()
    return sum(count for count, fit in zip(values.counts, fits, strict=True) if fit)


_SET = frozenset(FORMATS)
