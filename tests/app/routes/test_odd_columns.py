"""Columns that look like numbers, dates or indexes and may be none, over HTTP: read right, or doubted aloud."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient

from tests.app.routes.test_odd_files import ORDINARY

ROWS = 30
NOISE = [(place * 7919) % 101 / 10 for place in range(ROWS)]


class Cells(NamedTuple):
    """The cells of a column, its kind, what has to be said of it, and its name."""

    cells: Sequence[Any]
    kind: str
    says: str = ""
    name: str = "v"


CODES = {
    "telephones in groups": Cells(
        ["+49 170 123 456", "+49 171 123 456", "+44 20 794 609"], "category", "data.numbers_as_text"
    ),
    "telephones": Cells(["+49170123456", "+49171123456", "+4420794609"], "category", "data.digits_kept"),
    "telephones without a plus": Cells(
        ["170 123 456", "171 123 456", "207 946 095"], "category", "data.numbers_as_text"
    ),
    "telephones with points": Cells(["202.555.012", "202.555.013", "203.555.012"], "category", "data.numbers_as_text"),
    "called telephones": Cells(["49170123456", "49171123456", "442079460"], "number", "data.codes_as_numbers", "phone"),
    "zip codes": Cells(["10001", "30301", "60601"], "number", "data.codes_as_numbers", "zipCode"),
    "accounts": Cells(["DE89 3704 0044 05", "DE12 3704 0044 05", "DE13 3704 0044 05"], "category"),
    "versions": Cells(["1.2.3", "1.2.4", "2.0.1"], "category"),
    "called versions": Cells(["1.9", "1.2", "1.3"], "number", "data.codes_as_numbers", "version"),
    "addresses": Cells(["192.168.1.200", "10.1.100.201", "192.168.1.1"], "category"),
    "addresses of three digits": Cells(["192.168.100.200", "10.168.100.201"], "category", "data.numbers_as_text"),
    "millions": Cells(["1.234.567", "2.345.678", "345.678"], "number"),
    "lists of codes": Cells(["1", "2", "1,23,4", "1,2,3,4"], "category", ""),
    "seasons": Cells(["2001-02", "2002-03", "2003-04"], "category"),
    "months": Cells(["2001-02", "2001-03", "2001-05"], "date"),
    "zeros that Excel was told to keep": Cells(['="00123"', '="00456"', '="01234"'], "category", "data.mixed_column"),
    "numbers that Excel was told to keep": Cells(['="123"', '="456"', '="1234"'], "number"),
    "a number for none": Cells([12, -999, 14, -999, 15, 13], "number", "data.sentinel_value"),
    "numbers to 999": Cells([12, 999, 814, 999, 515, 213], "number"),
    "lists": Cells(["[1, 2]", "[2, 3]", "[4, 5]"], "category", "data.signs_around"),
}
INDEXES = {
    "that falls": Cells(range(ROWS, 0, -1), "number", "data.id_column"),
    "from 1000": Cells(range(1000, 1000 + ROWS), "number", "data.id_column"),
    "with gaps, falling": Cells([900 - place**2 for place in range(ROWS)], "number", "data.id_column"),
    "of floats": Cells([1577836800.5 + 3.7 * place for place in range(ROWS)], "number"),
    "of prices": Cells([f"{1 + 0.37 * place:.2f}" for place in range(ROWS)], "number"),
    "of pandas, twice": Cells(range(ROWS), "id", "data.id_column", "Unnamed: 0.1"),
    "reset": Cells(range(ROWS), "id", "data.id_column", "level_0"),
}


def preview(client: FlaskClient, content: str, **told: Any) -> Any:
    """Look at a table before it is stored."""
    query = {"preview": "true", **{name: json.dumps(said) for name, said in told.items()}}
    return client.post("/v1/datasets", data=content.encode(), content_type="text/csv", query_string=query).json


def written(cells: Sequence[Any], name: str) -> str:
    """Write a column beside noise."""
    quoted = ['"' + str(cell).replace('"', '""') + '"' for cell in cells]
    return f"x,{name}\n" + "".join(f"{noise},{cell}\n" for noise, cell in zip(NOISE, quoted, strict=False))


@pytest.mark.parametrize("cases", [CODES, INDEXES])
def test_digits_that_count_nothing_are_no_numbers_in_silence(client: FlaskClient, cases: dict[str, Cells]) -> None:
    """A network would learn from the distance between two telephones."""
    wrong = {}
    for name, case in cases.items():
        body = preview(client, written(case.cells, case.name))
        codes = [each["code"] for each in body["warnings"] if each["column"] == case.name]
        codes = [code for code in codes if code not in ORDINARY or code == case.says]
        if body["columns"][1]["kind"] != case.kind or (case.says not in codes if case.says else codes):
            wrong[name] = (body["columns"][1]["kind"], codes)

    assert wrong == {}


def test_each_index_that_counts_is_left_out(client: FlaskClient) -> None:
    """Tables that were saved and read again have several, and one that is learned from tells the order of the rows."""
    rows = "".join(f"{100 + place},{ROWS - place},{place},{NOISE[place]}\n" for place in range(ROWS))

    body = preview(client, "a,b,id,x\n" + rows)

    assert [each["column"] for each in body["warnings"] if each["code"] == "data.id_column"] == ["a", "b", "id"]


@pytest.mark.parametrize(
    ("format_", "cells", "first"),
    [
        ("%d.%m.%Y %H:%M:%S.%f", ["01.02.2020 10:00:00.250", "05.03.2020 11:00:00.5"], "2020-02-01T10:00:00.250000"),
        ("%Y-%j", ["2020-060", "2021-365"], "2020-02-29T00:00:00"),
        ("%d/%m/%Y %T", ["01/02/2020 10:00:05", "05/03/2020 11:00:00"], "2020-02-01T10:00:05"),
        ("%F %R", ["2020-02-01 10:05", "2020-03-05 11:00"], "2020-02-01T10:05:00"),
        ("%D", ["02/01/20", "03/05/99"], "2020-02-01T00:00:00"),
        ("%e %b %y", [" 1 Feb 20", "12 Mar 20"], "2020-02-01T00:00:00"),
        ("%-d/%-m/%Y %I:%M %p", ["1/2/2020 9:05 PM", "5/3/2020 10:00 AM"], "2020-02-01T21:05:00"),
        ("%k:%M %d/%m/%Y", ["9:05 01/02/2020", "10:00 01/03/2020"], "2020-02-01T09:05:00"),
    ],
)
def test_formats_of_strptime_are_read(client: FlaskClient, format_: str, cells: list[str], first: str) -> None:
    """Also what stands for several signs, and what only says how numbers are filled up."""
    body = preview(client, written(cells, "v"), date_format={"v": format_})

    assert body["columns"][1]["kind"] == "date"
    assert body["rows"][0]["v"] == first


def test_what_is_told_wrong_is_answered_with_what_is_right(client: FlaskClient) -> None:
    """The column that was meant, the signs that are known, and where JSON ends to be such."""
    table = "sold,price\n01/02/2020,1\n02/02/2020,2\n"

    names = preview(client, table, kinds={"pirce": "number"}), preview(client, table, kinds={"zzz": "number"})
    week = preview(client, table, date_format={"sold": "%G-W%V"})
    fraction = preview(client, table, date_format={"sold": "%d/%m/%Y.%f"})
    answer = client.post("/v1/datasets?preview=true&kinds={bad", data=table.encode(), content_type="text/csv").get_data(
        as_text=True
    )

    assert "Did you mean `price`?" in json.dumps(names[0])
    assert "The columns are `sold`, `price`." in json.dumps(names[1])
    assert "known are %Y, %y, %m" in json.dumps(week)
    assert "behind `%S.`" in json.dumps(fraction)
    assert '{\\"zip\\": \\"category\\"}' in answer
    assert "character 2, in front of `bad`" in answer
