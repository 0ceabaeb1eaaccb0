"""Dates as numbers: how much time has passed, and where in the year, the week and the day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.forms.date_form import ISO, ISO_ZONE, TYPED, DateForm
from datasets.columns.parse_numbers import as_digits
from datasets.errors import FilePosition, NotNumeric

SECONDS_PER_DAY = 86_400
CYCLES = ("year", "week", "day")
STANDARD = frozenset({"", ISO, ISO_ZONE, TYPED})
"""Formats that are read without being told."""


@dataclass(frozen=True, kw_only=True)
class DateEncoding:
    """Days since 1970 as (days - mean) / scale, and for each of `cycles` the sine and cosine of the place in it.

    A missing date is all zeros, and with `missing` one input says so. `format` is the column's own where that is not
    ISO 8601; `missing_words` are there where its owner has said them.
    """

    kind: ClassVar[str] = "date"
    column: str
    mean: float
    scale: float
    cycles: tuple[str, ...]
    missing: bool
    format: str = ""
    missing_words: tuple[str, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs that this makes."""
        waves = [f"{cycle}_{wave}" for cycle in self.cycles for wave in ("sin", "cos")]
        return tuple(f"{self.column}={part}" for part in ["time", *waves, *["missing"] * self.missing])

    def write(self, days: np.ndarray, out: np.ndarray) -> None:
        """Fill `out` (rows, inputs) from days since 1970, NaN for missing."""
        is_missing = np.isnan(days)
        days = np.where(is_missing, self.mean, days)
        out[:, 0] = (days - self.mean) / self.scale
        for place, cycle in enumerate(self.cycles):
            angle = 2 * np.pi * share_of(cycle, days)
            out[:, 1 + 2 * place], out[:, 2 + 2 * place] = np.sin(angle), np.cos(angle)
        out[is_missing] = 0.0
        if self.missing:
            out[:, -1] = is_missing


def share_of(cycle: str, days: np.ndarray) -> np.ndarray:
    """Return how much of the year, the week (from Monday) or the day has passed, 0 to 1."""
    if cycle == "day":
        passed: np.ndarray = days - np.floor(days)
        return passed
    if cycle == "week":
        return (days + 3) % 7 / 7  # 1 January 1970 was a Thursday
    date = np.floor(days).astype("datetime64[D]")
    start = date.astype("datetime64[Y]")
    length = (start + np.timedelta64(1, "Y")).astype("datetime64[D]") - start.astype("datetime64[D]")
    passed = days - start.astype("datetime64[D]").astype(np.float64)
    share: np.ndarray = passed / length.astype(np.float64)
    return share


def fit_dates(
    days: np.ndarray, name: str, *, format_: str = "", missing_words: tuple[str, ...] | None = None
) -> DateEncoding:
    """Fit to days with NaN for missing ones; the day's cycle is there where a time of day is."""
    known = days[~np.isnan(days)]
    has_times = bool((known != np.floor(known)).any())
    spread = float(known.std()) if known.size else 0.0
    return DateEncoding(
        column=name,
        mean=float(known.mean()) if known.size else 0.0,
        scale=spread if spread > 0 else 1.0,
        cycles=CYCLES if has_times else CYCLES[:2],
        missing=known.size < days.size,
        format="" if format_ in STANDARD else format_,
        missing_words=missing_words,
    )


def as_days(column: pa.ChunkedArray, name: str, format_: str = "") -> np.ndarray:
    """Return days since 1970 in float64, NaN for missing; raises NotNumeric for a column of other things.

    Texts are dates in ISO 8601, or in the format that is given.
    """
    if pa.types.is_temporal(column.type) and not pa.types.is_time(column.type):
        timestamps = pc.cast(column, pa.timestamp("ms"), safe=False)
        numbers = np.array(pc.cast(pc.cast(timestamps, pa.int64()), pa.float64(), safe=False).to_numpy(), np.float64)
        return numbers / (SECONDS_PER_DAY * 1000)
    is_number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    cells = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    texts = (as_digits(cells) if is_number else pc.cast(cells, pa.string())).to_pylist()
    days = days_of_texts(texts, format_)
    bad = next((index for index, text in enumerate(texts) if text is not None and np.isnan(days[index])), None)
    if bad is not None:
        raise NotNumeric(
            f"`{name}` is not a column of dates: data row {bad + 1} holds `{texts[bad][:60]}`.",
            position=FilePosition(row=bad + 1, name=name),
            found=texts[bad],
            expected="a date like 2024-05-31" + (f", or like `{format_}`" if format_ not in STANDARD else ""),
        )
    return days


def days_of_texts(texts: Sequence[str | None], format_: str = "") -> np.ndarray:
    """Return days since 1970 of dates in a format, or else in ISO 8601; NaN for None and what is no date."""
    days = np.full(len(texts), np.nan)
    if format_ not in STANDARD:
        stamps = pc.cast(DateForm(format_).parse(pa.array([text or "" for text in texts], pa.string())), pa.int64())
        days = np.asarray(pc.cast(stamps, pa.float64()).fill_null(np.nan)) / (SECONDS_PER_DAY * 1000)
    return np.array(
        [
            day if text is None or not np.isnan(day) else _or_nan(days_of(text))
            for text, day in zip(texts, days, strict=True)
        ],
        np.float64,
    )


def _or_nan(day: float | None) -> float:
    return np.nan if day is None else day


def days_of(text: str) -> float | None:
    """Read a date or a moment in ISO 8601 as days since 1970 (UTC where a zone is told); None for anything else."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    zone = moment.tzinfo or dt.UTC
    seconds = (moment.replace(tzinfo=zone) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).total_seconds()
    return seconds / SECONDS_PER_DAY
