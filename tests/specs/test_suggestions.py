"""Did you mean."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.suggestions import closest, edits
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
    ("one", "other", "count"), [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("ca", "abc", 3)]
)
def test_edits_are_counted_as_in_the_textbook(one: str, other: str, count: int) -> None:
    """Optimal string alignment: a swap of neighbours is one edit."""
    assert edits(one, other) == count


@given(st.text(max_size=12), st.text(max_size=12))
def test_edits_are_a_distance(one: str, other: str) -> None:
    """The same in both directions, and zero for equals only."""
    assert edits(one, other) == edits(other, one)
    assert (edits(one, other) == 0) == (one == other)


def test_ten_thousand_columns_are_searched_in_time() -> None:
    """The target of a wide table may be misspelt too."""
    columns = [f"measurement_{index:05d}" for index in range(10_000)]
    started = time.perf_counter()

    found = closest("measuremnt_01234", columns)

    assert time.perf_counter() - started < PROMPTLY
    assert found == "measurement_01234"
