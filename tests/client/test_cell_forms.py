"""The client reads texts as the service does, without the service."""

import math
from typing import Any

import pytest

from chainrule import cell_forms
from chainrule.cell_forms import is_missing, read_number
from chainrule.dates import read_date
from chainrule.encoding import encode
from chainrule.errors import RowsChanged
from datasets.columns.forms.date_form import DateForm
from datasets.columns.forms.guess import amount_form
from datasets.columns.forms.missing_words import OF_NUMBERS
from datasets.preprocessing.date_encoding import DateEncoding, days_of
from datasets.preprocessing.encodings import NumberEncoding
from datasets.preprocessing.preprocessing import Preprocessing
from tests.client.test_predictor import TARGET
from tests.datasets.columns.forms.test_date_form import FORMS as DATES
from tests.datasets.columns.forms.test_number_form import FORMS as NUMBERS

ODD = [
    "",
    "-",
    "abc",
    "1.2.3",
    "1,2,3",
    "(5",
    "5)",
    "--5",
    "1e5",
    "+7",
    ".5",
    "5.",
    "99:99",
    "31/02/2022",
    "$",
    "12 lb",
]
CELLS = sorted({cell for _, cells, _, _ in NUMBERS.values() for cell in cells} | {*ODD})


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_read_alike_in_every_form(name: str) -> None:
    """Also cells of all other forms, which fit or do not."""
    body: dict[str, Any] = NUMBERS[name][3] or {"decimal": "."}
    form = amount_form(body)
    assert form is not None
    preprocessing = Preprocessing(
        features=(NumberEncoding(column="a", mean=0.0, scale=1.0, fill=0.0, indicator=True, form=form),), target=TARGET
    )

    for cell in CELLS:
        try:
            expected: Any = preprocessing.transform([{"a": cell}]).tolist()
        except Exception:  # noqa: BLE001 - any refusal is one
            expected = None
        try:
            ours: Any = encode([{"a": cell}], preprocessing.to_json()).tolist()
        except RowsChanged:
            ours = None
        assert ours == expected, cell


@pytest.mark.parametrize("first", DATES)
def test_dates_are_read_alike_in_every_format(first: str) -> None:
    """In the column's own and in ISO 8601."""
    format_ = DATES[first][1]
    own = "" if format_.startswith("ISO") else format_

    for cell in [*DATES, *(second for second, _, _ in DATES.values()), *ODD]:
        expected = (DateForm(own).read(cell) if own else None) or days_of(cell)
        ours = read_date(cell, own)
        assert ours == expected or (ours and expected and math.isclose(ours, expected, abs_tol=1e-8)), cell


def test_the_words_for_missing_values_are_the_same() -> None:
    """A word more or less would be another answer."""
    assert frozenset({"", *OF_NUMBERS.words}) == cell_forms.OF_NUMBERS


def test_an_owners_words_go_before_the_usual_ones() -> None:
    """As in the table."""
    assert is_missing(" unknown ", ["unknown"])
    assert not is_missing("NA", ["unknown"])
    assert is_missing("nil", None, of_numbers=True)
    assert is_missing("nil", None)
    assert not is_missing("nil", ["none"])
    assert is_missing("nil", ["none"], of_numbers=True)


def test_a_bad_cell_is_told_with_the_format() -> None:
    """So that it can be written right."""
    body = Preprocessing(
        features=(DateEncoding(column="day", mean=0.0, scale=1.0, cycles=("year",), missing=False, format="%d/%m/%Y"),),
        target=TARGET,
    ).to_json()

    with pytest.raises(RowsChanged, match="%d/%m/%Y"):
        encode([{"day": "10/13/2022"}], body)
    assert read_number("9.5", None) == 9.5
