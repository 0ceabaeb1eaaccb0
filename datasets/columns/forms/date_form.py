"""Dates as people write them, by formats of strptime: one pattern for Arrow's columns and for single cells."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.cells import SPACE
from datasets.columns.forms.date_words import MONTHS, zone_minutes
from datasets.columns.forms.strptime_signs import WHOLE

ISO, ISO_ZONE, TYPED = "ISO 8601", "ISO 8601 with a zone", "typed"
TYPE = pa.timestamp("ms")
FIRST_YEAR = 1000
"""An earlier year is a misread number."""
_ZONE = r"(?P<z>[Zz]|[+-][0-9]{2}:?(?:[0-9]{2})?|[A-Za-z]{2,4})"
DIRECTIVES = {
    "Y": "(?P<Y>[0-9]{4})",
    "y": "(?P<y>[0-9]{2})",
    "m": "(?P<m>0?[1-9]|1[0-2])",
    "d": "(?P<d>0?[1-9]|[12][0-9]|3[01])",
    "j": "(?P<j>[0-3]?[0-9]{1,2})",
    "b": "(?P<b>[^0-9\\s.,/:-]{3,10})\\.?",
    "a": "[^0-9\\s.,/:-]{2,10}\\.?",
    "H": "(?P<H>[01]?[0-9]|2[0-3])",
    "I": "(?P<I>0?[1-9]|1[0-2])",
    "M": "(?P<M>[0-5][0-9])",
    "S": "(?P<S>[0-5][0-9])(?:[.,](?P<f>[0-9]{1,9}))?",
    "p": "(?P<p>[AaPp])\\.?[Mm]\\.?",
    "z": _ZONE,
}
"""What each directive stands for. `%S` takes fractions along, `%b` names of any length, `%z` `Z`, `+02:00` or `PST`."""
SYNONYMS = {"B": "b", "A": "a", "Z": "z", "h": "b", "e": "d"}
_ISO = (
    r"^(?P<Y>[0-9]{4})-(?P<m>0[1-9]|1[0-2])-(?P<d>0[1-9]|[12][0-9]|3[01])"
    r"(?:[ Tt](?P<H>[01][0-9]|2[0-3]):(?P<M>[0-5][0-9])(?::(?P<S>[0-5][0-9])(?:[.,](?P<f>[0-9]{1,9}))?)?"
)
ISO_PATTERNS = {ISO: rf"{_ISO})?$", ISO_ZONE: rf"{_ISO} ?{_ZONE})$"}
DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000


def pattern_of(format_: str) -> str:
    """Return the pattern of a format; ValueError for one that has an unknown directive, or does not give a month."""
    if format_ in ISO_PATTERNS:
        return ISO_PATTERNS[format_]
    parts, seen = [], []
    for text, letter in re.findall(r"([^%]*)(?:%(.|$))?", format_):
        parts.append(re.sub(r"(?:\\? )+", lambda _: "[ \u00a0\u202fT]+", re.escape(text)))
        name = SYNONYMS.get(letter, letter)
        if name and name in seen:
            raise ValueError(f"`%{letter}` tells a second time what `{format_}` has told")
        if name and name not in DIRECTIVES:
            raise ValueError(_unknown(letter, format_))
        parts.append(DIRECTIVES.get(name, ""))
        seen.append(name)
    if not {"Y", "y"} & set(seen) or not {"m", "b", "j"} & set(seen):
        raise ValueError(f"`{format_}` does not give a year and a month; known are {', '.join(known())}")
    return f"^{''.join(parts)}$"


def known() -> list[str]:
    """List the directives that a format may have."""
    return [f"%{letter}" for letter in (*DIRECTIVES, *SYNONYMS, *WHOLE)] + ["%f behind %S"]


def _unknown(letter: str, format_: str) -> str:
    if letter == "f":
        return f"`%f` in `{format_}` does not stand behind `%S.`, as in `%H:%M:%S.%f`"
    return f"`%{letter}` in `{format_}` is not known; known are {', '.join(known())}"


@dataclass(frozen=True)
class DateForm:
    """How all dates of a column are written: a format of strptime, ISO or ISO_ZONE."""

    format: str

    @cached_property
    def pattern(self) -> str:
        """The pattern of a cell, with a group for each part of a date."""
        return pattern_of(self.format)

    def parse(self, cells: pa.Array) -> pa.Array:
        """Return timestamps (UTC where a zone is told) of cells without nulls, null for what is no such date."""
        found = pc.extract_regex(pc.utf8_trim(cells, SPACE), self.pattern)
        parts = {found.type[place].name: pc.struct_field(found, [place]) for place in range(found.type.num_fields)}
        fits = np.asarray(found.is_valid())
        year, month, day = _year(parts), _month(parts), _whole(parts, "j" if "j" in parts else "d", 1)
        fits = fits & (year >= FIRST_YEAR) & (month > 0)
        months = np.where(fits, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
        days = months.astype("datetime64[D]") + (day - 1)
        unit = "datetime64[Y]" if "j" in parts else "datetime64[M]"  # a day of the year may be in any of its months
        fits &= (days.astype(unit) == months.astype(unit)) & (day > 0)
        zones = _zones(parts)
        fits &= ~np.isnan(zones)
        time = _time_of_day(parts) - np.nan_to_num(zones).astype(np.int64) * MINUTE_MS
        stamps = days.astype(np.int64) * DAY_MS + time
        return pc.cast(pa.array(stamps, pa.int64(), mask=~fits), TYPE)

    def read(self, text: str) -> float | None:
        """Read one cell as days since 1970; None for what is no such date."""
        stamp = pc.cast(self.parse(pa.array([text])), pa.int64())[0].as_py()
        return None if stamp is None else stamp / DAY_MS


Parts = Mapping[str, pa.Array]


def _whole(parts: Parts, name: str, default: int) -> np.ndarray:
    if name not in parts:
        return np.int64(default) * np.ones(len(next(iter(parts.values()))), np.int64)
    digits = parts[name].fill_null("")
    return np.asarray(pc.cast(pc.if_else(pc.equal(digits, ""), "0", digits), pa.int64()))


def _year(parts: Parts) -> np.ndarray:
    if "Y" in parts:
        return _whole(parts, "Y", 0)
    short = _whole(parts, "y", 0)
    full: np.ndarray = short + np.where(short < 69, 2000, 1900)  # as POSIX has it
    return full


def _month(parts: Parts) -> np.ndarray:
    if "m" in parts or "j" in parts:
        return _whole(parts, "m", 1 if "j" in parts else 0)
    numbers = _looked_up(pc.utf8_lower(parts["b"].fill_null("")), lambda name: MONTHS.get(name, 0))
    whole: np.ndarray = numbers.astype(np.int64)
    return whole


def _zones(parts: Parts) -> np.ndarray:
    if "z" not in parts:
        return np.zeros(len(next(iter(parts.values()))))
    return _looked_up(parts["z"].fill_null(""), zone_minutes)


def _looked_up(texts: pa.Array, find: Callable[[str], int | None]) -> np.ndarray:
    """Look each different text up once; NaN for None."""
    coded = texts.dictionary_encode()
    found = [find(text) for text in coded.dictionary.to_pylist()]
    numbers = np.array([np.nan if number is None else number for number in found], np.float64)
    return numbers[np.asarray(coded.indices)] if len(numbers) else np.zeros(0)


def _time_of_day(parts: Parts) -> np.ndarray:
    hours = _whole(parts, "H", 0) + _whole(parts, "I", 0) % 12
    if "p" in parts:
        is_after = pc.is_in(parts["p"].fill_null(""), value_set=pa.array(["p", "P"]))
        hours = hours + 12 * np.asarray(is_after).astype(np.int64)
    fraction = np.zeros(len(hours), np.int64)
    if "f" in parts:
        digits = pc.utf8_slice_codeunits(pc.utf8_rpad(parts["f"].fill_null(""), 3, "0"), 0, 3)
        fraction = np.asarray(pc.cast(digits, pa.int64()))
    passed: np.ndarray = hours * HOUR_MS + _whole(parts, "M", 0) * MINUTE_MS + _whole(parts, "S", 0) * 1000 + fraction
    return passed
