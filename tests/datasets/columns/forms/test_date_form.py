"""Dates are read in every form that people write them in, and a bad one is named."""

import datetime as dt

import pytest

from datasets import CellForms, Kind
from datasets.columns.forms.date_form import DateForm, pattern_of
from tests.datasets.conftest import Parse

DAY = dt.datetime(2022, 10, 13)  # noqa: DTZ001 - tables hold moments without a zone
MOMENT = DAY.replace(hour=10, minute=30)
FORMS: dict[str, tuple[str, str, dt.datetime]] = {
    "2022-10-13": ("2022-11-14", "ISO 8601", DAY),
    "2022-10-13 10:30": ("2022-11-14 00:00", "ISO 8601", MOMENT),
    "2022-10-13T10:30:00Z": ("2022-11-14T10:30:00+02:00", "ISO 8601 with a zone", MOMENT),
    "2022-10-13 12:30:00 +0200": ("2022-11-14 10:30:00 -0700", "ISO 8601 with a zone", MOMENT),
    "2022/10/13": ("2022/11/14", "%Y/%m/%d", DAY),
    "2022.10.13": ("2022.11.14", "%Y.%m.%d", DAY),
    "13.10.2022": ("14.11.2022", "%d.%m.%Y", DAY),
    "13.10.2022 10:30": ("1.1.2022 9:05", "%d.%m.%Y %H:%M", MOMENT),
    "13.10.22": ("14.11.69", "%d.%m.%y", DAY),
    "13/10/2022": ("01/02/2022", "%d/%m/%Y", DAY),
    "13/10/2022 10:30": ("01/02/2022 10:30", "%d/%m/%Y %H:%M", MOMENT),
    "10/13/2022 10:30:00": ("01/02/2022 10:30:59", "%m/%d/%Y %H:%M:%S", MOMENT),
    "10/13/2022 10:30 AM": ("01/02/2022 12:05 pm", "%m/%d/%Y %I:%M %p", MOMENT),
    "10/13/22": ("01/02/22", "%m/%d/%y", DAY),
    "13-10-2022": ("14-11-2022", "%d-%m-%Y", DAY),
    "13 Oct 2022": ("1 January 2022", "%d %b %Y", DAY),
    "13-Oct-2022": ("01-FEB-2022", "%d-%b-%Y", DAY),
    "13-Oct-22": ("01-Feb-99", "%d-%b-%y", DAY),
    "Oct 13, 2022": ("January 1, 2022", "%b %d, %Y", DAY),
    "13. Oktober 2022": ("1. Mai 2022", "%d. %b %Y", DAY),
    "13 octobre 2022": ("2 ao\u00fbt 2022", "%d %b %Y", DAY),
    "Thu, 13 Oct 2022 10:30:00 GMT": ("Sat, 01 Oct 2022 00:00:00 GMT", "%a, %d %b %Y %H:%M:%S %z", MOMENT),
    "Thu Oct 13 10:30:00 2022": ("Sat Oct  1 00:00:00 2022", "%a %b %d %H:%M:%S %Y", MOMENT),
    "13/Oct/2022:12:30:00 +0200": ("14/Oct/2022:12:30:00 +0200", "%d/%b/%Y:%H:%M:%S %z", MOMENT),
    "13/10/2022 12:30 CEST": ("14/10/2022 12:30 CET", "%d/%m/%Y %H:%M %z", MOMENT),
    "13/10/2022 10:30:00.250": ("14/10/2022 10:30:00", "%d/%m/%Y %H:%M:%S", MOMENT.replace(microsecond=250_000)),
    "Oct 2022": ("Nov 2022", "%b %Y", DAY.replace(day=1)),
    "2022-10": ("2022-11", "%Y-%m", DAY.replace(day=1)),
}


@pytest.mark.parametrize("first", FORMS)
def test_a_form_that_fits_every_cell_is_read_and_stated(parse: Parse, first: str) -> None:
    """Also beside words for missing values."""
    second, format_, moment = FORMS[first]

    table = parse("a;b\n" + "".join(f'"{cell}";{i}\n' for i, cell in enumerate([first, second, "#N/A", first, ""])))

    assert table.column("a").kind is Kind.DATE
    assert table.column("a").statistics["format"] == format_
    assert table.arrow["a"][0].as_py() == table.arrow["a"][3].as_py() == moment
    assert [table.column("a").missing, table.arrow["a"].null_count] == [2, 2]
    assert "data.bad_dates" not in [warning.code for warning in table.warnings]


@pytest.mark.parametrize("first", FORMS)
def test_a_single_cell_is_read_as_the_column_is(first: str) -> None:
    """What is to be predicted arrives cell by cell."""
    _, format_, moment = FORMS[first]

    days = DateForm(format_).read(f" {first} ")

    assert days == moment.replace(tzinfo=dt.UTC).timestamp() / 86_400


@pytest.mark.parametrize("bad", ["unknown", "2022-02-30", "2022-13-01", "13.10.2022", "0001-01-01"])
def test_one_bad_date_is_named_and_counts_as_missing(parse: Parse, bad: str) -> None:
    """One of thirty cells would otherwise make the column an identifier that is left out."""
    days = [f"2022-10-{day:02d}" for day in range(1, 30)]

    table = parse("a,b\n" + "".join(f"{day},{i}\n" for i, day in enumerate([*days[:8], bad, *days[8:]])))

    warning = next(w for w in table.warnings if w.code == "data.bad_dates")
    assert (table.column("a").kind, table.column("a").missing) == (Kind.DATE, 1)
    assert warning.position is not None
    assert (warning.position.line, warning.position.row) == (10, 9)
    assert f"1 of 30 cells of `a` is no date like `ISO 8601`: `{bad}` on line 10" in warning.message


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("29/02/2021", "{day:02d}/02/2021"),
        ("31/04/2022", "{day:02d}/04/2022"),
        ("02/30/2022", "02/{day:02d}/2022"),
        ("2022/02/30", "2022/02/{day:02d}"),
        ("31.04.2022", "{day:02d}.04.2022"),
        ("31.04.2022 10:30:00", "{day:02d}.04.2022 10:30:00"),
        ("2022/02/30 10:30:00", "2022/02/{day:02d} 10:30:00"),
        ("2022/02/03 10:30:60", "2022/02/{day:02d} 10:30:00"),
        ("2022-02-30", "2022-02-{day:02d}"),
        ("2022-02-30T10:30:00Z", "2022-02-{day:02d}T10:30:00Z"),
    ],
)
def test_a_day_that_no_month_has_is_missing_and_told(parse: Parse, bad: str, good: str) -> None:
    """Read as the first days of the next month it would be learned from as if it were true."""
    days = [good.format(day=day) for day in range(1, 29)]

    table = parse("a,b\n" + "".join(f"{day},{i % 3}\n" for i, day in enumerate([*days, bad])))

    assert (table.column("a").kind, table.column("a").missing) == (Kind.DATE, 1)
    assert table.arrow["a"].to_pylist()[-1] is None
    warning = next(w for w in table.warnings if w.code == "data.bad_dates")
    assert f"`{bad}` on line 30" in warning.message


def test_many_words_among_dates_make_text(parse: Parse) -> None:
    """Where they are more than a tenth they mean something."""
    table = parse("a,b\n" + "".join(f"{'open' if n % 4 == 0 else f'2022-10-{n:02d}'},{n}\n" for n in range(1, 29)))

    assert table.column("a").kind is not Kind.DATE
    warning = next(w for w in table.warnings if w.code == "data.mixed_column")
    assert "Most cells of `a` are dates like `ISO 8601`, but `open` on line 5 (data row 4) is not" in warning.message


@pytest.mark.parametrize(
    ("cells", "taken", "other"),
    [
        (["01/02/2022", "03/04/2022"], "%m/%d/%Y", "%d/%m/%Y"),
        (["01/02/2022 10:30", "03/04/2022 10:30"], "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M"),
        (["01-02-2022", "03-04-2022"], "%d-%m-%Y", "%m-%d-%Y"),
        (["01/02/22", "03/04/22"], "%m/%d/%y", "%d/%m/%y"),
        (["01.02.2022", "03.04.2022"], "%d.%m.%Y", "%m.%d.%Y"),
        (["01.02.2022 10:30:00", "03.04.2022 10:30:00"], "%d.%m.%Y %H:%M:%S", "%m.%d.%Y %H:%M:%S"),
        (["01.02.2022 10:30", "03.04.2022 10:30"], "%d.%m.%Y %H:%M", "%m.%d.%Y %H:%M"),
        (["01.02.22", "03.04.22"], "%d.%m.%y", "%m.%d.%y"),
        (["22-10-01", "23-11-02", "21-12-31"], "%d-%m-%y", "%y-%m-%d"),
        (["22/10/01", "23/11/02", "21/12/31"], "%d/%m/%y", "%y/%m/%d"),
        (["22.10.01", "23.11.02", "21.12.31"], "%d.%m.%y", "%y.%m.%d"),
        (["22-10-01 10:30", "23-11-02 10:30", "21-12-31 10:30"], "%d-%m-%y %H:%M", "%y-%m-%d %H:%M"),
    ],
)
def test_dates_that_read_both_ways_are_told(parse: Parse, cells: list[str], taken: str, other: str) -> None:
    """Half of the world would read them the other way."""
    content = "a,b\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells))

    table = parse(content)

    (warning,) = table.warnings
    assert table.column("a").statistics["format"] == taken
    assert warning.code == "data.ambiguous_dates"
    assert f"`{taken}`" in warning.message
    assert f'"{other}"' in warning.message
    assert warning.patch == {"date_format": {"a": other}}
    assert parse(content, forms=CellForms(date_formats={"a": other})).warnings == ()


@pytest.mark.parametrize("years", ["22", "22 23 24"])
def test_many_days_and_few_years_read_one_way(parse: Parse, years: str) -> None:
    """31/12/22 could be 22 December 2031, but no table shows nearly every year of three decades in one December."""
    cells = [f"{day:02d}/12/{year}" for day in range(1, 32) for year in years.split()]

    table = parse("a,b\n" + "".join(f"{cell},{i % 3}\n" for i, cell in enumerate(cells)))

    assert table.column("a").statistics["format"] == "%d/%m/%y"
    assert [warning.code for warning in table.warnings if warning.code == "data.ambiguous_dates"] == []


@pytest.mark.parametrize(
    ("cells", "format_"),
    [(["99-10-01", "98-11-02"], "%y-%m-%d"), (["02.15.2022", "03.16.2022"], "%m.%d.%Y")],
)
def test_one_cell_settles_the_order(parse: Parse, cells: list[str], format_: str) -> None:
    """No month has 99 days, no year 15 months."""
    table = parse("a,b\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells)))

    assert table.column("a").statistics["format"] == format_
    assert table.warnings == ()


def test_every_order_that_fits_is_told(parse: Parse) -> None:
    """01-02-03 is a day in each of three orders."""
    table = parse("a,b\n01-02-03,1\n04-05-06,2\n")

    (warning,) = table.warnings
    assert "read several ways; they are taken day first (`%d-%m-%y`)" in warning.message
    assert '"%m-%d-%y"' in warning.message
    assert 'if the year comes first, send `date_format: "%y-%m-%d"`' in warning.message


def test_both_orders_in_one_column_are_text(parse: Parse) -> None:
    """No reading of it is right; the first that is the other way round is named."""
    days = [f"{day:02d}/01/2022" for day in range(13, 30)] * 2

    table = parse("a,b\n" + "".join(f"{day},{i % 5}\n" for i, day in enumerate([*days, "01/31/2022"])))

    assert table.column("a").kind is Kind.CATEGORY
    (warning,) = table.warnings[:1]
    assert "Most cells of `a` are dates like `%d/%m/%Y`, but `01/31/2022` on line 36" in warning.message


def test_a_format_that_is_said_is_taken(parse: Parse) -> None:
    """The owner knows that the day comes first."""
    table = parse("a,b\n01/02/2022,1\n03/04/2022,2\n", forms=CellForms(date_formats={"a": "%d/%m/%Y"}))

    assert table.arrow["a"].to_pylist() == [DAY.replace(month=2, day=1), DAY.replace(month=4, day=3)]
    assert table.warnings == ()


@pytest.mark.parametrize("format_", ["", "soon", "%d", "%d.%m", "%Q/%Y", "%Y%Y%m"])
def test_a_format_without_year_and_month_is_refused(format_: str) -> None:
    """It would read nothing, or not what is meant."""
    with pytest.raises(ValueError, match=r"year and a month|not known|a second time"):
        pattern_of(format_)
