"""What a column is follows from all of its values."""

import pytest

from datasets import Kind
from datasets.columns.cells import MISSING_MARKS
from tests.datasets.conftest import Parse

KINDS: dict[str, tuple[list[str], Kind]] = {
    "whole numbers": (["1", "2", "2"], Kind.NUMBER),
    "every spelling of a number": (["1", "-2.5", "+3", ".5", "4.", "1e-3", "1E+5", "-0"], Kind.NUMBER),
    "zeros and ones": (["0", "1", "1"], Kind.NUMBER),
    "numbers with gaps": (["1", *MISSING_MARKS, "2"], Kind.NUMBER),
    "one number with gaps": (["7", "", "7"], Kind.NUMBER),
    "one number": (["7", "7.0", "7"], Kind.CONSTANT),
    "words": (["a", "b", "a"], Kind.CATEGORY),
    "one word": (["a", "a", "a"], Kind.CONSTANT),
    "one word with gaps": (["a", "", "a"], Kind.CATEGORY),
    "nothing": (["", "NA", " null "], Kind.EMPTY),
    "yes and no": (["yes", "no", "yes"], Kind.BOOLEAN),
    "yes and no with gaps": (["yes", "no", ""], Kind.BOOLEAN),
    "Y and N": (["Y", "N", "Y"], Kind.BOOLEAN),
    "t and f": (["t", "f", "t"], Kind.BOOLEAN),
    "TRUE and False": (["TRUE", "False", "TRUE"], Kind.BOOLEAN),
    "yes and maybe": (["yes", "maybe", "yes"], Kind.CATEGORY),
    "yes and false": (["yes", "false", "yes"], Kind.CATEGORY),
    "yes, no and maybe": (["yes", "no", "maybe"], Kind.CATEGORY),
    "numbers with thousands": (["1 000", "2 000", "2 000"], Kind.NUMBER),
    "hexadecimal": (["0x1F", "0x20", "0x20"], Kind.CATEGORY),
    "underscores": (["1_000", "2_000", "2_000"], Kind.CATEGORY),
    "dates": (["2020-01-01", "2020-01-02", "2020-01-02"], Kind.DATE),
    "digits of other scripts": (["\u0661", "\u0662", "\u0662"], Kind.CATEGORY),
    "an odd spelling of nan": (["nAn", "1", "2", "2"], Kind.NUMBER),
    "infinity among words": (["inf", "a", "a"], Kind.CATEGORY),
    "names, all different": ([f"user-{i}" for i in range(20)], Kind.ID),
    "names, 95 % different": ([f"user-{max(1, i)}" for i in range(20)], Kind.CATEGORY),
    "few different names": ([f"user-{i}" for i in range(19)], Kind.CATEGORY),
    "numbers, all different": ([str(i * 1.5) for i in range(30)], Kind.NUMBER),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_of_a_column(parse: Parse, name: str) -> None:
    """The table of what counts as what; it is what the docs say."""
    values, kind = KINDS[name]

    table = parse("column,other\n" + "".join(f"{value},{i % 3}\n" for i, value in enumerate(values)))

    assert table.columns[0].kind is kind


@pytest.mark.parametrize(("name", "kind"), [("id", Kind.ID), ("", Kind.ID), ("age", Kind.NUMBER)])
def test_a_column_that_counts_its_rows_is_an_id_if_its_name_says_so(parse: Parse, name: str, kind: Kind) -> None:
    """An index column predicts the order of the file and nothing else."""
    table = parse(f"{name},x\n" + "".join(f"{i},{i % 7}\n" for i in range(40)))

    assert table.columns[0].kind is kind


def test_one_text_value_far_below_makes_a_number_column_text(parse: Parse) -> None:
    """The kind is decided by the whole file, and the owner is told which cell did it."""
    table = parse("a,b\n" + '1,"x\ny"\n' * 60_000 + "oops,z\n" + "2,z\n" * 10)

    warning = next(w for w in table.warnings if w.code == "data.mixed_column").to_json()
    assert table.column("a").kind is Kind.CATEGORY
    assert warning["position"] == {"line": 120_002, "row": 60_001, "column": 1, "name": "a"}
    assert "`oops`" in str(warning["message"])


def test_a_text_column_with_some_numbers_is_no_mistake(parse: Parse) -> None:
    """Codes like 7A beside 12 are common; a warning about each would be noise."""
    table = parse("a,b\n1,1\nx,2\ny,3\n")

    assert [w.code for w in table.warnings] == []


@pytest.mark.parametrize(
    ("content", "code", "column"),
    [
        ("a,b\n1,\n2,\n", "data.empty_column", "b"),
        ("a,b\n1,5\n2,5\n", "data.constant_column", "b"),
        ("a,b\n" + "".join(f"{i % 2},n{i}\n" for i in range(30)), "data.id_column", "b"),
        ("a,b\n1,2\n1,3\n1.0,2\n", "data.duplicate_rows", None),
    ],
)
def test_what_is_no_use_is_told(parse: Parse, content: str, code: str, column: str | None) -> None:
    """Columns that are left out and rows that are copies surprise whoever did not know."""
    table = parse(content)

    assert (code, column) in [(w.code, w.column) for w in table.warnings]


@pytest.mark.parametrize(("content", "copies"), [("a,b\n1,x\n1,y\n,x\n0,x\n", 0), ("a,b\n1,\n1,\n-0,x\n0,x\n1,\n", 3)])
def test_duplicate_rows_are_counted_exactly(parse: Parse, content: str, copies: int) -> None:
    """A missing value is not zero, and minus zero is."""
    table = parse(content)

    message = next((w.message for w in table.warnings if w.code == "data.duplicate_rows"), "0 rows")
    assert int(message.split()[0]) == copies
