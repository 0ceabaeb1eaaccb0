"""Words that say that there is no value: few in texts, where they may be values; all of them are told."""

import pytest

from datasets import Kind
from datasets.reading.overrides import Overrides
from tests.datasets.conftest import Parse


def test_words_that_may_be_classes_are_classes(parse: Parse) -> None:
    """A target of `None`, `mild` and `severe` has three classes."""
    column = parse("x,y\n" + "1,None\n5,mild\n9,severe\n" * 8).column("y")

    assert (column.kind, column.distinct, column.missing) == (Kind.CATEGORY, 3, 0)


@pytest.mark.parametrize("words", [("+", "-"), ("?", "!"), ("none", "some"), ("nil", "one")])
def test_signs_are_classes(parse: Parse, words: tuple[str, str]) -> None:
    """Plus and minus are a target like any other."""
    table = parse("x,y\n" + f"1,{words[0]}\n2,{words[1]}\n" * 3)

    assert (table.column("y").distinct, table.column("y").missing) == (2, 0)
    assert table.arrow["y"].to_pylist()[:2] == list(words)


def test_a_missing_word_among_texts_is_told_with_its_count(parse: Parse) -> None:
    """As a target these rows would be left out, so nobody shall have to find that out alone."""
    table = parse("x,y\n1,NA\n2,a\n3,b\n4,n/a\n5,NA\n6,\n")

    warning = next(each for each in table.warnings if each.code == "data.missing_words")
    assert warning.message == "3 rows have no `y` (written `NA`, `n/a`)."
    assert warning.column == "y"
    assert table.column("y").missing == 4
    assert table.column("y").statistics["taken_as_missing"] == {"NA": 2, "n/a": 1}


def test_the_word_is_kept_where_that_is_told(parse: Parse) -> None:
    """The patch of the warning makes it a class; numbers still know what is none."""
    content = "x,y\n1,NA\nNA,a\n3,b\n"
    patch = next(each.patch for each in parse(content).warnings if each.code == "data.missing_words")
    assert patch is not None

    table = parse(content, told=Overrides.from_json(patch))

    assert table.arrow["y"].to_pylist() == ["NA", "a", "b"]
    assert table.arrow["x"].to_pylist() == [1, None, 3]


def test_numbers_are_numbers_in_spite_of_any_word(parse: Parse) -> None:
    """No word can be the value of a number."""
    table = parse("x,y\n1,a\n?,b\n-,c\nNone,d\n5,e\n")

    assert table.column("x").kind is Kind.NUMBER
    assert table.arrow["x"].to_pylist() == [1, None, None, None, 5]
    assert not [each for each in table.warnings if each.code == "data.missing_words"]
