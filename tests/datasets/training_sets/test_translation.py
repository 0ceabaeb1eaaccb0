"""Two columns of texts become rows to train on: complete ones, split by the seed."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from datasets import Recipe
from datasets.errors import TooFewRows
from datasets.training_sets.translation import complete_pairs, prepare_pairs, texts_of
from tests.datasets.recipes import recipe


def pairs(count: int = 20) -> pa.Table:
    """Numbers in two spellings; the fourth row lacks one."""
    after = [f"n {number}" if number != 3 else None for number in range(count)]
    return pa.table({"a": [f"number {number}" for number in range(count)], "b": after})


def translating(seed: int = 1) -> Recipe:
    """From `a` to `b`, word by word."""
    return recipe("b", "translation", include=("a",), tokenizer="word", max_vocabulary=100, seed=seed)


def test_rows_that_lack_a_text_are_left_out() -> None:
    """There is nothing to learn from half of a pair."""
    prepared = prepare_pairs(pairs(), (), translating())

    assert prepared.dropped_rows == 1
    assert 3 not in {*prepared.split.training, *prepared.split.validation}
    assert len(prepared.training_x) + len(prepared.validation_x) == 19


def test_the_seed_decides_the_split_and_nothing_else_does() -> None:
    """The same arguments give the same arrays on every machine."""
    first, again, other = (prepare_pairs(pairs(), (), translating(seed)) for seed in (1, 1, 2))

    np.testing.assert_array_equal(first.training_x, again.training_x)
    np.testing.assert_array_equal(first.training_y, again.training_y)
    assert first.split.validation.tolist() != other.split.validation.tolist()
    assert first.preprocessing == other.preprocessing  # the vocabulary is that of all pairs


def test_a_second_table_is_read_with_the_vocabulary_of_the_first() -> None:
    """What it alone shows is unknown: validation must not teach."""
    other = pa.table({"a": ["number 1", "number 99"], "b": ["n 1", "n 99"]})

    prepared = prepare_pairs(pairs(), (), translating(), validation=other)

    assert "99" not in prepared.preprocessing.to_json()["features"][0]["tokens"]
    assert len(prepared.validation_x) == 2
    assert 3 in prepared.validation_x[1]  # <unknown>


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        (pa.array([3.0, 2.5, None]), ["3", "2.5", None]),
        (pa.array([dt.date(2024, 3, 5), None]), ["2024-03-05", None]),
        (pa.array([dt.datetime(2024, 3, 5), dt.datetime(2024, 3, 6)]), ["2024-03-05", "2024-03-06"]),  # noqa: DTZ001
        (pa.array([dt.datetime(2024, 3, 5, 14, 30), None]), ["2024-03-05T14:30:00", None]),  # noqa: DTZ001
    ],
    ids=["numbers", "dates", "midnights", "moments"],
)
def test_numbers_and_dates_are_texts_as_people_write_them(cells: pa.Array, texts: list[str | None]) -> None:
    """Dates between formats are a translation, and one of the formats is read as a date at upload."""
    assert texts_of(pa.chunked_array([cells])) == texts


def test_too_few_pairs_are_refused() -> None:
    """One pair cannot be split."""
    with pytest.raises(TooFewRows, match="1 rows have a text in `a` and in `b`"):
        complete_pairs(pa.table({"a": ["x", "y"], "b": [None, "z"]}), "a", "b")
