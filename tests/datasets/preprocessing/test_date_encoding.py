"""Dates become numbers that say how much time has passed, and where in its cycles a moment lies."""

import numpy as np
import pyarrow as pa
import pytest

from datasets.errors import NotNumeric
from datasets.preprocessing.date_encoding import as_days, days_of, fit_dates, share_of


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1970-01-01", 0.0),
        ("1970-01-02T12:00:00", 1.5),
        ("2024-02-29", 19_782.0),
        ("1969-12-31", -1.0),
        ("1970-01-01T02:00:00+02:00", 0.0),
        ("29.2.2024", None),
        ("2023-02-29", None),
        ("", None),
    ],
)
def test_iso_dates_are_read_as_days(text: str, days: float | None) -> None:
    """Known days, before and after 1970, with and without zones; nothing is guessed at."""
    assert days_of(text) == days


def test_arrow_and_text_give_the_same_days() -> None:
    """A column is read alike however the file stored it."""
    texts = ["2024-02-29T06:00:00", None, "1999-12-31T00:00:00"]
    moments = pa.chunked_array([pa.array([None if t is None else np.datetime64(t, "s") for t in texts])])

    read = as_days(moments, "when")

    assert np.array_equal(read, as_days(pa.chunked_array([texts]), "when"), equal_nan=True)


def test_what_is_no_date_is_told_with_its_row() -> None:
    """Whoever sent the file looks for the line."""
    with pytest.raises(NotNumeric, match="data row 2 holds `soon`") as caught:
        as_days(pa.chunked_array([["2024-01-01", "soon"]]), "when")

    assert caught.value.position is not None
    assert (caught.value.position.row, caught.value.position.name) == (2, "when")


def test_cycles_are_where_the_calendar_says() -> None:
    """Monday starts the week, a leap year has 366 days."""
    monday, july, noon = days_of("2024-01-01"), days_of("2024-07-02"), days_of("2024-01-01T12:00:00")
    assert monday is not None and july is not None and noon is not None  # noqa: PT018 - for the type checker

    assert share_of("week", np.array([monday]))[0] == 0
    assert share_of("year", np.array([july]))[0] == 183 / 366
    assert share_of("day", np.array([noon]))[0] == 0.5


def test_a_missing_date_is_zeros_with_a_flag() -> None:
    """Any other numbers would be a date."""
    days = np.array([19_000.25, np.nan, 19_400.0])
    encoding = fit_dates(days, "when")
    out = np.empty((3, len(encoding.names)))

    encoding.write(days, out)

    assert encoding.names[-1] == "when=missing"
    assert out[1].tolist() == [0.0] * 7 + [1.0]
    assert out[0, 0] == -out[2, 0] != 0
    assert np.isnan(days[1])
