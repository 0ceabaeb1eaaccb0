"""Whether a column holds dates, and by which format; where day, month and year might be swapped, that is a doubt."""

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.forms.date_form import ISO, ISO_ZONE, DateForm, pattern_of
from datasets.columns.forms.date_words import MONTHS
from datasets.columns.forms.values import Doubt, Values

DATES = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%m.%d.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%d.%m.%y", "%m.%d.%y", "%y.%m.%d", "%m/%d/%y", "%d/%m/%y", "%y/%m/%d", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d"),
    *("%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d. %b %Y", "%d.%b.%Y"),
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
COMPACT = ("%Y%m%d", "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%d%m%Y", "%m%d%Y")
"""Digits alone, which are numbers unless a column is said to hold dates."""
GLANCE = 8
MANY_DAYS, YEAR_SHARE = 10, 1 / 3
"""Two digits are the day of the month where they differ so much, and those that are taken for the year so little."""
FIRST = {"%d": "day", "%m": "month", "%y": "year", "%Y": "year"}
DIGITS = r"\d[-/.]\d{1,2}[-/.]\d|\d{4}[-/]\d|\d/\d{4}"
_DIGITS = re.compile(DIGITS, re.ASCII)
_SEASON = re.compile(r"\d\d(\d\d)[-/](\d\d)", re.ASCII)
_WORDS = re.compile(r"[^\W\d_]{3,}")


def swapped(format_: str) -> str | None:
    """Return the format with day and month the other way round; None where nobody writes so."""
    other = format_.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    is_written = other != format_ and other in _SET
    return other if is_written else None


def guess_date(values: Values, *, also: Sequence[str] = ()) -> tuple[DateForm | None, Doubt | None]:
    """Return the format that most values have; None where most have none of them.

    With formats to try `also`, the values are said to be dates, whatever they look like at a glance.
    """
    shown = values.texts[:GLANCE]
    likely = list(_likely(shown, also)) if also or 2 * sum(map(may_be_date, shown)) > len(shown) else []
    if not likely:
        return None, None
    cells = pa.array(values.texts, pa.string())
    fits = {format_: _count(DateForm(format_), cells, values) for format_ in likely}
    best = max(fits, key=lambda format_: fits[format_])  # of equals the first
    if 2 * fits[best] <= values.total or all(map(_is_season, values.texts)):
        return None, None
    others = [other for other in _same_signs(best) if fits.get(other, 0) == fits[best]]
    if _show_years(DateForm(best).parse(cells)):
        others = [other for other in others if other.find("%y") == best.find("%y")]
    return DateForm(best), about_order(best, others, values.texts[0]) if others else None


def _is_season(text: str) -> bool:
    """Tell whether a text is two years in a row, as `2001-02` and `2001/02` are in sports and at schools."""
    found = _SEASON.fullmatch(text.strip())
    return found is not None and int(found[2]) == (int(found[1]) + 1) % 100


def _same_signs(format_: str) -> list[str]:
    """List the other formats with the same signs and the same marks between them, in another order."""
    return [other for other in _BY_SIGNS[_signs(format_)] if other != format_]


def _signs(format_: str) -> tuple[str, tuple[str, ...]]:
    return _ORDERED.sub("%", format_), tuple(sorted(_ORDERED.findall(format_)))


def _show_years(dates: pa.Array) -> bool:
    """Tell whether there are many days of the month and few years, so that neither can be the other."""
    days, years = (pc.count_distinct(part(dates)).as_py() for part in (pc.day, pc.year))
    return bool(days >= MANY_DAYS and years <= YEAR_SHARE * days)


def about_order(taken: str, others: Sequence[str], example: str) -> Doubt:
    """Say that day, month and year might be swapped."""
    ways = ", ".join(f'if the {_first(other)} comes first, send `date_format: "{other}"`' for other in others)
    return Doubt(
        code="data.ambiguous_dates",
        words=f"holds dates like `{example}` that read {'both' if len(others) == 1 else 'several'} ways; they are "
        f"taken {_first(taken)} first (`{taken}`). {ways[0].upper()}{ways[1:]} for it.",
        told={"date_format": others[0]},
    )


def _first(format_: str) -> str:
    return FIRST[_ORDERED.findall(format_)[0]]


def may_be_date(text: str) -> bool:
    """Tell at a glance: hundreds of formats are tried on what may be a date."""
    return bool(_DIGITS.search(text)) or any(word.lower() in MONTHS for word in _WORDS.findall(text))


def _likely(texts: tuple[str, ...], also: Sequence[str]) -> Iterator[str]:
    known = itertools.chain(_patterns(), ((format_, re.compile(pattern_of(format_))) for format_ in also))
    return (format_ for format_, pattern in known if any(pattern.match(text) for text in texts))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((format_, re.compile(pattern_of(format_))) for format_ in FORMATS)


def _count(form: DateForm, cells: pa.Array, values: Values) -> int:
    fits = form.parse(cells).is_valid().to_pylist()
    return sum(count for count, fit in zip(values.counts, fits, strict=True) if fit)


_ALL = (*FORMATS, *COMPACT)
_SET = frozenset(_ALL)
_ORDERED = re.compile("%[dmyY]")
_BY_SIGNS: dict[tuple[str, tuple[str, ...]], list[str]] = {}
for _format in _ALL:
    _BY_SIGNS.setdefault(_signs(_format), []).append(_format)
