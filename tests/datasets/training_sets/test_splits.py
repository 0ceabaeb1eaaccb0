"""A split is exact, fair to every class and the same wherever it is drawn."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import datasets
from datasets import Split, SplitSpec
from datasets.errors import TooFewRows


def split(  # the rule's fields beside the rows, to be read at a glance
    task: str, seed: int, *, validation_share: float, test_share: float = 0.0, stratify: bool = True, **rows: Any
) -> Split:
    """Draw a split."""
    rule = SplitSpec(seed=seed, validation_share=validation_share, test_share=test_share, stratify=stratify)
    return datasets.split(task, rule, **rows)


shares = st.floats(0.01, 0.9)
seeds = st.integers(0, 2**63)
PLAIN = [2, 4, 8, 9, 11, 16]
STRATIFIED = [0, 8, 10, 11, 16, 18]
RECORDED_TEST, RECORDED_VALIDATION = [0, 11, 12], [1, 2, 4, 18]


@given(counts=st.lists(st.integers(1, 40), min_size=2, max_size=8), share=shares, seed=seeds, stratify=st.booleans())
def test_every_class_trains_and_every_row_has_one_part(
    counts: list[int], share: float, seed: int, *, stratify: bool
) -> None:
    """A class that is never trained cannot be predicted; a row in both parts would be a lie."""
    assume(max(counts) > 1)
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))

    parts = split("multiclass", seed, labels=labels, row_count=len(labels), validation_share=share, stratify=stratify)

    assert np.array_equal(np.sort(np.concatenate([parts.training, parts.validation])), np.arange(len(labels)))
    assert np.bincount(labels[parts.training], minlength=len(counts)).min() >= 1
    assert len(parts.validation) >= 1
    assert (np.diff(parts.training) > 0).all()


@given(counts=st.lists(st.integers(2, 60), min_size=2, max_size=8), share=st.floats(0.05, 0.5), seed=seeds)
def test_stratified_counts_are_exact(counts: list[int], share: float, seed: int) -> None:
    """Each class gives its share to the nearest row, and all of them together give the whole's."""
    labels = np.repeat(np.arange(len(counts)), counts)

    parts = split("multiclass", seed, labels=labels, row_count=len(labels), validation_share=share, stratify=True)

    total = max(1, round(share * len(labels)))
    held_out = np.bincount(labels[parts.validation], minlength=len(counts))
    exact = np.array(counts) * total / len(labels)
    assert held_out.sum() == total
    assert (np.abs(held_out - exact) < 1).all()


@given(rows=st.integers(2, 300), share=shares, seed=seeds)
def test_a_split_for_regression_has_the_asked_size(rows: int, share: float, seed: int) -> None:
    """Nothing is stratified; sizes are to the nearest row."""
    parts = split("regression", seed, row_count=rows, validation_share=share)

    assert len(parts.validation) == min(max(1, round(share * rows)), rows - 1)
    assert np.array_equal(np.sort(np.concatenate([parts.training, parts.validation])), np.arange(rows))


def test_iris_is_split_ten_ten_ten() -> None:
    """Thirty held-out flowers are ten of each kind."""
    labels = np.repeat([0, 1, 2], 50)

    parts = split("multiclass", 7, labels=labels, row_count=150, validation_share=0.2, stratify=True)

    assert np.bincount(labels[parts.validation]).tolist() == [10, 10, 10]


def test_the_draw_is_fixed_for_ever() -> None:
    """These rows were drawn once and written down: another machine or NumPy must draw them too."""
    plain = split("regression", 1729, row_count=20, validation_share=0.3)
    stratified = split("multiclass", 1729, labels=np.arange(20) % 3, row_count=20, validation_share=0.3, stratify=True)

    assert plain.validation.tolist() == PLAIN
    assert stratified.validation.tolist() == STRATIFIED


def test_another_seed_draws_other_rows() -> None:
    """A seed that changed nothing would be decoration."""
    first, second = (split("regression", seed, row_count=100, validation_share=0.2) for seed in (1, 2))

    assert first.validation.tolist() != second.validation.tolist()


@pytest.mark.parametrize(("rows", "labels"), [(0, None), (1, None), (3, [0, 1, 2])])
def test_too_few_rows_are_refused(rows: int, labels: list[int] | None) -> None:
    """There must be something to train on and something to look at."""
    with pytest.raises(TooFewRows):
        split(
            "multiclass" if labels else "regression",
            1,
            labels=np.array(labels) if labels else None,
            row_count=rows,
            validation_share=0.2,
        )


def test_a_table_made_with_the_same_seed_is_not_split_by_its_own_values() -> None:
    """People use one seed for everything; the draw must not repeat the numbers that the table was made of."""
    values = np.random.default_rng(7).random(1000)

    drawn = split("regression", 7, row_count=1000, validation_share=0.2)

    assert abs(values[drawn.validation].mean() - 0.5) < 0.1


@given(
    counts=st.lists(st.integers(3, 40), min_size=2, max_size=6),
    validation=st.floats(0.05, 0.4),
    test=st.floats(0.05, 0.4),
    seed=seeds,
)
def test_three_parts_share_all_rows_and_every_class_trains(
    counts: list[int], validation: float, test: float, seed: int
) -> None:
    """A test part is worth nothing if one of its rows was seen before."""
    labels = np.repeat(np.arange(len(counts)), counts)
    rows = len(labels)

    parts = split("multiclass", seed, labels=labels, row_count=rows, validation_share=validation, test_share=test)

    together = np.concatenate([parts.training, parts.validation, parts.test])
    assert np.array_equal(np.sort(together), np.arange(rows))
    assert np.bincount(labels[parts.training], minlength=len(counts)).min() >= 1
    assert len(parts.test) == min(max(1, round(test * rows)), rows - len(counts))


@given(sizes=st.lists(st.integers(1, 9), min_size=3, max_size=20), share=st.floats(0.1, 0.4), seed=seeds)
def test_no_group_is_in_two_parts(sizes: list[int], share: float, seed: int) -> None:
    """Rows of one person on both sides make a score that no new person will see."""
    groups = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))

    parts = split(
        "binary", seed, row_count=len(groups), groups=groups, validation_share=share, test_share=0.2, labels=groups % 2
    )

    found = [set(groups[part].tolist()) for part in (parts.training, parts.validation, parts.test)]
    assert all(found)
    assert sum(map(len, found)) == len(set.union(*found))


@given(times=st.lists(st.integers(0, 30), min_size=3, max_size=60).filter(lambda t: len(set(t)) > 2))
def test_what_is_tested_comes_after_what_is_trained(times: list[int]) -> None:
    """A forecast that has seen the future is none."""
    when = np.array(times, float)

    parts = split("regression", 3, row_count=len(when), times=when, validation_share=0.2, test_share=0.2)

    assert when[parts.training].max() < when[parts.validation].min()
    assert when[parts.validation].max() < when[parts.test].min()


def test_one_group_cannot_be_split() -> None:
    """Said with what is needed, where an empty part would make numbers out of nothing."""
    with pytest.raises(TooFewRows, match="one group"):
        split("regression", 1, row_count=5, groups=np.zeros(5, int), validation_share=0.2)


def test_a_test_share_is_drawn_the_same_on_every_machine() -> None:
    """The recorded rows: whoever repeats a job elsewhere has to hold out the same ones."""
    parts = split("regression", 7, row_count=20, validation_share=0.2, test_share=0.15)

    assert parts.test.tolist() == RECORDED_TEST
    assert parts.validation.tolist() == RECORDED_VALIDATION
