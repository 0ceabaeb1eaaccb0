"""What an owner says about the cells of a table goes before what would be found out."""

import pytest

from datasets import CellForms, Kind
from tests.datasets.conftest import Parse

COMMAS = 'a,b\n"1,5",x\n"2,25",y\n'


def test_a_decimal_comma_is_read_where_it_is_said(parse: Parse) -> None:
    """Between commas it would otherwise stay text."""
    table = parse(COMMAS, forms=CellForms(decimal=","))

    assert table.arrow["a"].to_pylist() == [1.5, 2.25]
    assert table.dialect is not None
    assert table.dialect.to_json()["decimal"] == ","


def test_missing_words_replace_the_usual_ones(parse: Parse) -> None:
    """`None` is a class where its owner says so, and `unknown` none; an empty cell never has a value."""
    table = parse("a,b\nNone,1\nunknown,unknown\n,2\nmild,3\n", forms=CellForms(missing_words=("unknown",)))

    assert table.arrow["a"].to_pylist() == ["None", None, None, "mild"]
    assert table.arrow["b"].to_pylist() == [1.0, None, 2.0, 3.0]


def test_texts_are_kept_as_they_are_written(parse: Parse) -> None:
    """`1.0` and `1` are two names, and a date is one."""
    table = parse("a,b\n1.0,2020-01-01\n1,2020-01-02\n1,2020-01-02\n", forms=CellForms(texts=frozenset({"a", "b"})))

    assert table.arrow["a"].to_pylist() == ["1.0", "1", "1"]
    assert [column.kind for column in table.columns] == [Kind.CATEGORY, Kind.CATEGORY]


@pytest.mark.parametrize(
    ("forms", "delimiter", "decimals"),
    [
        (CellForms(), ",", "."),
        (CellForms(), ";", ".,"),
        (CellForms(decimal=","), ",", ","),
        (CellForms(thousands="."), ";", ","),
        (CellForms(thousands=" "), ";", ".,"),
    ],
)
def test_plain_numbers_are_tried_with_what_is_left(forms: CellForms, delimiter: str, decimals: str) -> None:
    """A mark of thousands is no decimal mark."""
    assert forms.plain_decimals(delimiter=delimiter) == decimals


def test_whether_anything_is_said() -> None:
    """Where nothing is, large files are read in one pass."""
    assert CellForms().is_guess
    assert not CellForms(thousands="").is_guess
    assert not CellForms(date_formats={"a": "%d/%m/%Y"}).is_guess
