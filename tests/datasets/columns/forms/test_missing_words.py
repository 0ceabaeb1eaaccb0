"""A word for a missing value makes no text of a column of numbers."""

import pytest

from datasets import Kind
from datasets.columns.cells import MISSING_MARKS
from datasets.columns.forms.missing_words import ERRORS, OTHERS
from tests.datasets.conftest import Parse

CASES = ["NULL", "Null", "nULL", "NaN", "nan", "NAN", "none", "NONE", "Nil", "NIL", "N/a", "na", "#n/a", "<na>", "NaT"]


@pytest.mark.parametrize("word", sorted({*MISSING_MARKS, *ERRORS, *OTHERS, *CASES}))
def test_each_word_is_a_gap_among_numbers(parse: Parse, word: str) -> None:
    """Excel's errors, pandas' `<NA>` and Python's None arrive in files of every day."""
    table = parse(f'a,b\n1,x\n"{word}",y\n2.5,x\n')

    assert table.column("a").kind is Kind.NUMBER
    assert table.arrow["a"].to_pylist() == [1.0, None, 2.5]
    assert "format" not in table.column("a").statistics


def test_a_word_that_is_not_known_keeps_the_column_text(parse: Parse) -> None:
    """It may mean something; the line is told, and the owner can say that it does not."""
    table = parse("a,b\n1,x\n2,x\nlow,y\n2.5,x\n")

    assert table.column("a").kind is Kind.CATEGORY
    assert "`low` on line 4" in table.warnings[0].message


def test_words_among_words_are_kept(parse: Parse) -> None:
    """`missing` and `none` may be answers where there are no numbers; what was missing before still is."""
    table = parse("a,b\nmissing,1\nnone,2\nfound,3\nNA,4\n")

    assert table.arrow["a"].to_pylist() == ["missing", "none", "found", None]
