"""Times of day and durations as seconds: `10:30`, `1:02:03.5`, `2 days 03:00:00`, `9:15 PM`, `PT1H30M`, `1 h 20 m`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_SIGN = "(?P<sign>[+\\-\u2212]?)"
_DAYS = r"(?:(?P<d>[0-9]+) days?,? ?(?P<inner>[+-]?))?"
_SECONDS = r"(?P<s>[0-5]?[0-9](?:[.,][0-9]+)?)"
PATTERNS: dict[str, str] = {
    "H:M": rf"^{_SIGN}(?P<h>[0-9]+):(?P<m>[0-5][0-9])$",
    "H:M:S": rf"^{_SIGN}(?P<h>[0-9]+):(?P<m>[0-5][0-9]):{_SECONDS}$",
    "H:M AM": r"^(?P<h>0?[0-9]|1[0-2]):(?P<m>[0-5][0-9]) ?(?P<half>[AaPp])\.?[Mm]\.?$",
    "H:M:S AM": rf"^(?P<h>0?[0-9]|1[0-2]):(?P<m>[0-5][0-9]):{_SECONDS} ?(?P<half>[AaPp])\.?[Mm]\.?$",
    "D days H:M:S": rf"^{_SIGN}{_DAYS}(?P<h>[0-9]+):(?P<m>[0-5][0-9]):{_SECONDS}$",
    "ISO 8601": (
        rf"^{_SIGN}P(?:(?P<d>[0-9]+)D)?(?:T(?:(?P<h>[0-9]+)H)?(?:(?P<m>[0-9]+)M)?(?:(?P<s>[0-9]+(?:[.,][0-9]+)?)S)?)?$"
    ),
    "D d H h M min S s": (
        r"^(?:(?P<d>[0-9]+) ?d(?:ays?)?,? ?)?(?:(?P<h>[0-9]+) ?h(?:(?:ou)?rs?)?,? ?)?"
        r"(?:(?P<m>[0-9]+) ?m(?:in(?:ute)?s?)?,? ?)?(?:(?P<s>[0-9]+(?:[.,][0-9]+)?) ?s(?:ec(?:ond)?s?)?)?$"
    ),
}
"""Ways of writing, in the order in which they are tried; the groups say what a number counts."""
SECONDS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0}


@dataclass(frozen=True)
class DurationForm:
    """How all times of a column are written: a key of PATTERNS. Their numbers are seconds."""

    duration: str

    def parse(self, cells: pa.Array) -> pa.Array:
        """Return seconds of cells without nulls, null for what is not written so."""
        found = pc.extract_regex(cells, PATTERNS[self.duration])
        parts = {found.type[place].name: pc.struct_field(found, [place]) for place in range(found.type.num_fields)}
        has_digit = pc.match_substring_regex(cells, "[0-9]")
        seconds = sum((_times(parts[name], factor) for name, factor in SECONDS.items() if name in parts), np.float64(0))
        if "half" in parts:
            hours = _times(parts["h"], 1.0)
            is_after = np.asarray(pc.is_in(parts["half"].fill_null(""), value_set=pa.array(["p", "P"])))
            seconds = seconds - np.where(hours == 12, 43_200.0, 0.0) + np.where(is_after, 43_200.0, 0.0)
        if "inner" in parts:
            # pandas writes one hour less than nothing as `-1 days +23:00:00`: only the days are negative.
            days = _times(parts["d"], SECONDS["d"])
            is_plus = np.asarray(pc.equal(parts["inner"].fill_null(""), "+"))
            seconds = np.where(
                is_plus & _is_minus(parts), seconds - 2 * days, np.where(_is_minus(parts), -seconds, seconds)
            )
        elif "sign" in parts:
            seconds = np.where(_is_minus(parts), -seconds, seconds)
        fits = np.asarray(pc.and_(found.is_valid(), has_digit.fill_null(False)))
        return pa.array(seconds, mask=~fits)

    def read(self, text: str) -> float | None:
        """Read one cell; None for what is not written so."""
        number = self.parse(pa.array([text]))[0].as_py()
        return None if number is None else float(number)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"duration": self.duration, "unit": "s"}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "DurationForm":
        """Read what `to_json` wrote."""
        return cls(body["duration"])


def _times(part: pa.Array, factor: float) -> np.ndarray:
    digits = pc.replace_substring(part.fill_null(""), ",", ".")
    return np.asarray(pc.cast(pc.if_else(pc.equal(digits, ""), "0", digits), pa.float64())) * factor


def _is_minus(parts: Mapping[str, pa.Array]) -> np.ndarray:
    return np.asarray(pc.is_in(parts["sign"].fill_null(""), value_set=pa.array(["-", "\u2212"])))
