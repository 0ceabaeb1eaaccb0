"""Did you mean."""

import time

import pytest

from datasets.did_you_mean import closest
from tests.observing import PROMPTLY

WORDS = ("hidden", "layers", "activation", "dropout", "init")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("hiden", "hidden"),
        ("hdiden", "hidden"),
        ("HIDDEN", "hidden"),
        ("layer", "layers"),
        ("activaton", "activation"),
        ("drop-out", "dropout"),
        ("batch_norm", None),
        ("", None),
        ("x", None),
        ("x" * 10_000, None),
    ],
)
def test_a_near_word_is_found_and_a_far_one_is_not(word: str, meant: str | None) -> None:
    """A wild guess would send people the wrong way."""
    assert closest(word, WORDS) == meant


def test_among_equals_the_first_letter_decides() -> None:
    """People rarely mistype the first letter."""
    assert closest("unit", ("init", "units")) == "units"


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("val_acc", ("val_auc", "val_loss", "val_accuracy"), "val_accuracy"),
        ("acc", ("auc", "accuracy"), "accuracy"),
        ("Val Acc", ("val_accuracy",), "val_accuracy"),
        ("grad", ("gradient_check", "grade", "gradual"), "grade"),
        ("price", ("sale_price", "sale_date"), "sale_price"),
        ("length_cm", ("sepal_length_cm", "petal_width_cm"), "sepal_length_cm"),
        ("length", ("sepal_length", "petal_length"), None),
        ("he", ("help", "hertz"), None),
        ("/jobs", ("/v1/jobs", "/v1/datasets"), "/v1/jobs"),
        ("/v1", ("/v1/jobs", "/v1/datasets"), None),
        ("colum_3", ("column_1", "column_3"), "column_3"),
        ("\ud800bc", ("abc",), "abc"),
        ("__", ("a_b", "c"), None),
        ("größe", ("groesse", "Größe_cm"), "Größe_cm"),
    ],
)
def test_beginnings_and_whole_parts_count(word: str, known: tuple[str, ...], meant: str | None) -> None:
    """`val_acc` is one letter from `val_auc`, and means `val_accuracy`; what fits two words alike is left alone."""
    assert closest(word, known) == meant


def test_a_swap_of_neighbours_is_one_edit() -> None:
    """Optimal string alignment: the commonest slip of fingers counts once."""
    assert closest("aeg", ("age",)) == "age"


def test_ten_thousand_columns_are_searched_in_time() -> None:
    """The target of a wide table may be misspelt too."""
    columns = [f"measurement_{index:05d}" for index in range(10_000)]
    started = time.perf_counter()

    found = closest("measuremnt_01234", columns)

    assert time.perf_counter() - started < PROMPTLY
    assert found == "measurement_01234"
