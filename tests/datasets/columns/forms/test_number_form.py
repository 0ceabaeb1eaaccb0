"""Numbers are read in every form that people write them in, where a whole column agrees on one."""

from typing import Any

import pytest

from datasets import CellForms, Kind
from datasets.columns.forms.guess import amount_form
from datasets.columns.forms.number_form import NumberForm
from datasets.errors import NotNumeric
from datasets.preprocessing.arrow_to_numpy import as_numbers
from datasets.reading.read_as import read_as
from tests.datasets.conftest import Parse

PLAIN = {"decimal": "."}
COMMA = {"decimal": ","}
NBSP, THIN, NARROW, MINUS = "\u00a0", "\u2009", "\u202f", "\u2212"
FORMS: dict[str, tuple[str, list[str], list[float], dict[str, Any] | None]] = {
    "thousands": (",", ["1,234", "950", "1,000,000", "2,500", "-3,000"], [1234, 950, 1e6, 2500, -3000],
                  {**PLAIN, "thousands": ","}),
    "thousands with decimals": (",", ["1,234.50", "0.25"], [1234.5, 0.25], {**PLAIN, "thousands": ","}),
    "Indian groups": (",", ["12,34,567", "1,23,456.5"], [1234567, 123456.5], {**PLAIN, "thousands": ","}),
    "German thousands": (";", ["1.299,99", "12,5"], [1299.99, 12.5], {**COMMA, "thousands": "."}),
    "German thousands between commas": (",", ["1.299,99", "12.000,5"], [1299.99, 12000.5], {**COMMA, "thousands": "."}),
    "points between millions": (";", ["1.234.567", "2.000.000"], [1234567, 2e6], {**COMMA, "thousands": "."}),
    "spaces": (",", ["1 234", "12 345 678"], [1234, 12345678], {**PLAIN, "thousands": " "}),
    "non-breaking spaces": (",", [f"1{NBSP}234.5", "7"], [1234.5, 7], {**PLAIN, "thousands": " "}),
    "thin spaces and a comma": (";", [f"1{THIN}234,5", f"2{NARROW}345"], [1234.5, 2345], {**COMMA, "thousands": " "}),
    "apostrophes": (",", ["1'234.50", "1\u2019000"], [1234.5, 1000], {**PLAIN, "thousands": "'"}),
    "dollars": (",", ["$112.50", "-$3", "$1,000.00"], [112.5, -3, 1000], {**PLAIN, "thousands": ",", "currency": "$"}),
    "euros behind": (";", ["112,50 \u20ac", "3\u20ac"], [112.5, 3], {**COMMA, "currency": "\u20ac"}),
    "pounds": (",", ["\u00a3 5", "\u00a37.25"], [5, 7.25], {**PLAIN, "currency": "\u00a3"}),
    "reais": (";", ["R$ 1.234,50", "R$ 5,00"], [1234.5, 5], {**COMMA, "thousands": ".", "currency": "R$"}),
    "codes of money": (",", ["USD 5", "12.5 USD"], [5, 12.5], {**PLAIN, "currency": "USD"}),
    "percent": (",", ["12 %", "1.25%", f"3{NARROW}%"], [12, 1.25, 3], {**PLAIN, "unit": "%"}),
    "accounting": (",", ["(1,234.00)", "50.25"], [-1234, 50.25], {**PLAIN, "thousands": ",", "accounting": True}),
    "accounting of dollars": (",", ["($5.50)", "$(6)", "$7"], [-5.5, -6, 7],
                              {**PLAIN, "currency": "$", "accounting": True}),
    "minus behind": (",", ["5-", "3.5", "7.25-"], [-5, 3.5, -7.25], None),
    "the typographer's minus": (",", [f"{MINUS}5", "3.5"], [-5, 3.5], None),
    "kilograms": (",", ["12.5 kg", "3kg", "-1 kg"], [12.5, 3, -1], {**PLAIN, "unit": "kg"}),
    "per mille": (",", ["12 \u2030", "1.25\u2030"], [12, 1.25], {**PLAIN, "unit": "\u2030"}),
    "ohms": (",", ["12 \u03a9", "1.25\u03a9"], [12, 1.25], {**PLAIN, "unit": "\u03a9"}),
    "minutes of arc": (",", ["12\u2032", "1.25\u2032"], [12, 1.25], {**PLAIN, "unit": "\u2032"}),
    "units in brackets": (",", ["12 [kg]", "1.25 [kg]"], [12, 1.25], {**PLAIN, "unit": "[kg]"}),
    "degrees": (",", ["21.5 \u00b0C", f"{MINUS}3 \u00b0C"], [21.5, -3], {**PLAIN, "unit": "\u00b0C"}),
    "square metres": (";", ["1.200,5 m\u00b2", "80 m\u00b2"], [1200.5, 80],
                      {**COMMA, "thousands": ".", "unit": "m\u00b2"}),
    "percent with a comma between commas": (",", ["12,5 %", "7,25 %"], [12.5, 7.25], {**COMMA, "unit": "%"}),
    "formulas of Excel": (",", ['="3.85"', '="-2"', "7"], [3.85, -2, 7], {**PLAIN, "excel": True}),
    "decimal commas between tabs": ("\t", ["1,5", "2,25"], [1.5, 2.25], COMMA),
    "decimal commas between bars": ("|", ["1,5", "-2,25"], [1.5, -2.25], COMMA),
    "exponents": (";", ["1,5e3 V", "2E-1 V"], [1500, 0.2], {**COMMA, "unit": "V"}),
    "times": (",", ["10:30", "0:05"], [37800, 300], {"duration": "H:M", "unit": "s"}),
    "times with seconds": (",", ["10:30:01", "100:00:00.5"], [37801, 360000.5], {"duration": "H:M:S", "unit": "s"}),
    "times of half a day": (",", ["9:15 PM", "12:05 am"], [76500, 300], {"duration": "H:M AM", "unit": "s"}),
    "time spans of pandas": (",", ["2 days 03:00:00", "-1 days +23:00:00"], [183600, -3600],
                             {"duration": "D days H:M:S", "unit": "s"}),
    "durations of ISO 8601": (",", ["PT1H30M", "P1DT1S"], [5400, 86401], {"duration": "ISO 8601", "unit": "s"}),
    "durations in words": (",", ["1h 30m", "2 h", "45 min"], [5400, 7200, 2700],
                           {"duration": "D d H h M min S s", "unit": "s"}),
}  # fmt: skip


def written(delimiter: str, cells: list[str]) -> str:
    """Write a column beside another, in quotes."""
    lines = [f'"{cell.replace(chr(34), chr(34) * 2)}"{delimiter}{"xyz"[i % 3]}' for i, cell in enumerate(cells)]
    return "\n".join([f"a{delimiter}b", *lines, ""])


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_is_unmistakable_is_read_and_stated(parse: Parse, name: str) -> None:
    """The values are numbers, and whoever sent the file sees in which form they were found."""
    delimiter, cells, numbers, form = FORMS[name]

    table = parse(written(delimiter, cells))

    assert table.column("a").kind is Kind.NUMBER
    assert table.arrow["a"].to_pylist() == numbers
    assert table.column("a").statistics.get("format") == form
    assert [warning.code for warning in table.warnings] == []


@pytest.mark.parametrize("name", FORMS)
def test_words_for_missing_values_go_with_every_form(parse: Parse, name: str) -> None:
    """A gap in a column of money is no price."""
    delimiter, cells, numbers, form = FORMS[name]

    table = parse(written(delimiter, [*cells, "#N/A", *cells, "nil", ""]))

    assert table.arrow["a"].to_pylist() == [*numbers, None, *numbers, None, None]
    assert table.column("a").missing == 3
    assert table.column("a").statistics.get("format") == form


TEXTS: dict[str, tuple[str, list[str]]] = {
    "ranges": (",", ["1-2", "3-4", "3-4"]),
    "fractions": (",", ["1/2", "3/4", "3/4"]),
    "codes": (",", ["A12", "B7", "B7"]),
    "versions": (",", ["1.2.3", "1.10.0", "1.10.0"]),
    "addresses": (",", ["192.168.1.1", "10.0.0.1", "10.0.0.1"]),
    "places": (",", ["1st", "2nd", "3rd"]),
    "the ends of lists": (",", ["2]", "4]", "7]"]),
    "ends of braces": (",", ["2}", "4}", "7}"]),
    "ends of curly quotes": (",", ["2\u201d", "4\u201d", "7\u201d"]),
    "ends of pointed quotes": (",", ["2\u00bb", "4\u00bb", "7\u00bb"]),
    "units in brackets that open elsewhere": (",", ["2 kg]", "4 kg]", "7 kg]"]),
    "stars": (",", ["2*", "4*", "7*"]),
    "bars": (",", ["2|", "4|", "7|"]),
    "questions": (",", ["2 ?", "4 ?", "7 ?"]),
    "angles": (",", ["2>", "4>", "7>"]),
    "two units": (",", ["5 kg", "300 g", "2 lb"]),
    "two currencies": (",", ["$5", "\u20ac5", "\u00a35"]),
    "zeros in front": (",", ["007 kg", "070 kg", "1 kg"]),
    "long digits": (",", ["1,234,567,890,123,456,789", "2,234,567,890,123,456,789", "1"]),
    "groups of two": (",", ["1,23", "4,56", "78,9"]),
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_no_number_stays_text(parse: Parse, name: str) -> None:
    """A guess that changes what was written is worse than none."""
    delimiter, cells = TEXTS[name]

    table = parse(written(delimiter, cells))

    assert table.arrow["a"].to_pylist() == cells


DOUBTS: dict[str, tuple[str, list[str], list[Any], str, str]] = {
    "thousands or decimals": (",", ["101,234", "102,468"], [101234, 102468], "data.ambiguous_numbers", 'decimal: ","'),
    "between tabs": ("\t", ["1,234", "2,468"], [1234, 2468], "data.ambiguous_numbers", 'decimal: ","'),
    "between semicolons": (";", ["1,234", "2,468"], [1.234, 2.468], "data.ambiguous_numbers", 'thousands: ","'),
    "a comma between commas": (",", ["1,5", "2,25"], ["1,5", "2,25"], "data.numbers_as_text", 'decimal: ","'),
    "one slip": (";", ["1,5", "1.234"], ["1,5", "1.234"], "data.numbers_as_text", 'thousands: "."'),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_what_reads_two_ways_is_told_with_the_way_out(parse: Parse, name: str) -> None:
    """The owner decides, and needs to know that there is something to decide."""
    delimiter, cells, values, code, override = DOUBTS[name]

    table = parse(written(delimiter, cells))

    (warning,) = table.warnings
    assert table.arrow["a"].to_pylist() == values
    assert (warning.code, warning.column) == (code, "a")
    assert override in warning.message
    assert f"`{cells[0]}`" in warning.message or f"`{cells[1]}`" in warning.message


def test_numbers_with_two_units_are_told(parse: Parse) -> None:
    """A thousand and a million are not one; codes with many letters are no numbers, and not worth a word."""
    units = parse("a,b\n" + "".join(f"{n}{'kM'[n % 2]},{n % 3}\n" for n in range(1, 21)))
    codes = parse("a,b\n" + "".join(f"{n}{'ABCDEFGH'[n % 8]},{n % 3}\n" for n in range(1, 21)))

    (warning,) = [each for each in units.warnings if each.code == "data.numbers_as_text"]
    assert "`M` (10), `k` (10)" in warning.message
    assert warning.patch is None
    assert "data.numbers_as_text" not in [each.code for each in codes.warnings]


def test_told_thousands_do_not_keep_other_forms_from_being_read(parse: Parse) -> None:
    """Weights beside prices have no thousands."""
    table = parse('a,b\n"1,234",5 kg\n"2,345",7.5 kg\n', forms=CellForms(thousands=","))

    assert table.arrow["a"].to_pylist() == [1234, 2345]
    assert table.arrow["b"].to_pylist() == [5, 7.5]
    assert table.warnings == ()


def test_points_beside_decimal_commas_stand_between_thousands(parse: Parse) -> None:
    """A file has one way of writing numbers; that it was taken so is told."""
    table = parse("a;b\n0,5;1.100\n1,25;2.200\n")

    assert table.arrow["b"].to_pylist() == [1100, 2200]
    assert [warning.code for warning in table.warnings] == ["data.ambiguous_numbers"]


def test_one_cell_in_another_form_is_named_with_its_line(parse: Parse) -> None:
    """Everything else of the column is money."""
    table = parse("a,b\n" + "".join(f'"${n},000","{n % 2}"\n' for n in range(1, 30)) + "ask us,1\n")

    warning = next(w for w in table.warnings if w.code == "data.mixed_column")
    assert table.column("a").kind is not Kind.NUMBER
    assert "`ask us` on line 31 (data row 30)" in warning.message


@pytest.mark.parametrize("body", [{"decimal": ",", "thousands": ".", "currency": "R$"}, {"decimal": ".", "unit": "%"}])
def test_a_form_comes_back_from_its_json(body: dict[str, Any]) -> None:
    """A model keeps it, and reads what is to be predicted by it."""
    assert NumberForm.from_json(body).to_json() == body


@pytest.mark.parametrize(
    ("cells", "numbers"), [(["$5", "$7", "ask"], None), (["1,5", "2,25", "3,75"], [1.5, 2.25, 3.75])]
)
def test_a_column_that_its_owner_calls_numbers_is_read_in_its_form(
    parse: Parse, cells: list[str], numbers: list[float] | None
) -> None:
    """Without a new upload; a cell that is none is named."""
    table = parse(written(",", cells))
    column, values = table.column("a"), table.arrow["a"]

    if numbers is None:
        with pytest.raises(NotNumeric, match="data row 3 holds `ask`"):
            read_as(column, Kind.NUMBER, values)
        return
    changed = read_as(column, Kind.NUMBER, values)
    form = amount_form(changed.statistics["format"])

    assert changed.statistics["max"] == max(numbers)
    assert as_numbers(values, "a", form=form).tolist() == numbers
