"""A target is suggested when its name leaves no doubt; otherwise there are candidates with reasons."""

from pathlib import Path

import pytest

from datasets import Limits, parse_csv, prepare_examples, suggest_target, target_candidates
from tests.datasets.conftest import Parse
from tests.datasets.recipes import recipe

EXAMPLES = Path(__file__).parents[3] / "examples" / "data"


@pytest.mark.parametrize(
    ("header", "target"),
    [("a,label", "label"), ("Target,b", "Target"), ("a,y", "y"), ("label,class", None), ("a,b", None), ("a,ys", None)],
)
def test_only_a_plain_name_is_suggested(parse: Parse, header: str, target: str | None) -> None:
    """The last column is never taken silently."""
    columns = parse(header + "\n1,p\n2,q\n3,p\n").columns

    assert suggest_target(columns) == target


def test_candidates_come_with_their_reasons(parse: Parse) -> None:
    """The likeliest first; columns that cannot be learned are not among them."""
    columns = parse(
        "size,same,city,paid,stars,label\n1.5,1,Lyon,yes,3,u\n2.5,1,Nice,no,4,v\n3.5,1,Lyon,no,4,v\n"
    ).columns

    assert target_candidates(columns) == (
        ("label", "named `label`"),
        ("paid", "yes/no"),
        ("city", "2 values"),
        ("stars", "2 different whole numbers"),
        ("size", "a number"),
    )


@pytest.mark.parametrize(
    ("name", "rows", "target", "classes", "width"), [("iris", 150, "species", 3, 4), ("digits", 1797, "digit", 10, 61)]
)
def test_the_shipped_examples_are_ready_to_train(name: str, rows: int, target: str, classes: int, width: int) -> None:
    """They are the first thing that anyone tries."""
    table = parse_csv(EXAMPLES / f"{name}.csv", limits=Limits())

    prepared = prepare_examples(table.arrow, table.columns, recipe(target, "multiclass", seed=1))

    assert table.row_count == rows
    assert prepared.preprocessing.output_width == classes
    assert prepared.training_x.shape == (rows - round(rows * 0.2), width)
    assert target_candidates(table.columns)[0][0] == target
