"""The task follows from the target's values, doubts are said, and no way out leads into the next refusal."""

from dataclasses import replace
from typing import Any

import pytest

import specs
from datasets import Column
from tests.specs.facts import category, faults_of, number, resolve

BODY = {"dataset_id": "ds_any", "target": "t"}
UNIQUE = category("t", {f"{place} kg": 1 for place in range(90)})


def with_target(column: Column, rows: int = 600) -> specs.DatasetFacts:
    """Describe a table with a feature and this target."""
    return specs.DatasetFacts("ds_any", rows, (number("x"), replace(column, name="t")))


@pytest.mark.parametrize(
    ("column", "rows", "read", "other"),
    [
        (number("t", distinct=13, whole=True), 600, "multiclass", "regression"),
        (number("t", distinct=5, whole=True), 600, "multiclass", "regression"),
        (number("t", distinct=5, whole=True), 60, "regression", "multiclass"),
        (number("t", distinct=9), 600, "regression", "multiclass"),
    ],
    ids=["counts", "ratings", "few ratings", "half stars"],
)
def test_few_numbers_are_asked_about(column: Column, rows: int, read: str, other: str) -> None:
    """The patch gives the other reading, in which nothing is unclear any more."""
    resolved = resolve(BODY, with_target(column, rows))

    (unclear,) = resolved.warnings
    assert (resolved.spec.task, unclear.code, unclear.patch) == (read, "spec.task_unclear", {"task": other})
    patched = resolve({**BODY, **(unclear.patch or {})}, with_target(column, rows))
    assert (patched.spec.task, patched.warnings) == (other, ())


@pytest.mark.parametrize(
    "column",
    [number("t", distinct=2, whole=True), number("t", distinct=400), number("t", distinct=60, whole=True)],
    ids=["two", "many", "many whole"],
)
def test_other_numbers_are_clear(column: Column) -> None:
    """Yes and no as 1 and 0, and amounts."""
    assert resolve(BODY, with_target(column)).warnings == ()


@pytest.mark.parametrize("name", ["label", "Class", "digit"])
def test_a_name_can_say_that_numbers_are_classes(name: str) -> None:
    """The digits are classes by their name."""
    facts = specs.DatasetFacts("ds_any", 600, (number("x"), number(name, distinct=10, whole=True)))

    assert resolve({"dataset_id": "ds_any", "target": name}, facts).warnings == ()


@pytest.mark.parametrize("task", ["regression", "binary", "multilabel", "multiclass"])
def test_no_task_is_proposed_that_would_be_refused(task: str) -> None:
    """Texts that do not repeat are neither a quantity nor classes: each of both pointed to the other one."""
    (fault,) = faults_of({**BODY, "task": task}, with_target(UNIQUE, 90))

    assert (fault.suggestion, fault.patch) == (None, None)
    assert fault.hint or fault.code == "data.too_many_classes"


@pytest.mark.parametrize(
    ("column", "task", "proposed"),
    [
        (category("t", {"a": 300, "b": 200, "c": 100}), "regression", "multiclass"),
        (number("t", distinct=400), "multiclass", "regression"),
        (number("t", distinct=400), "binary", "regression"),
    ],
)
def test_a_task_that_fits_is_proposed(column: Column, task: str, proposed: str) -> None:
    """And accepted."""
    facts = with_target(column)

    (fault,) = faults_of({**BODY, "task": task}, facts)

    assert fault.suggestion == proposed
    assert faults_of({**BODY, **(fault.patch or {})}, facts) == ()


def test_several_columns_are_not_told_a_task_that_one_of_them_cannot_have() -> None:
    """Two numbers and a text are no regression either."""
    columns = (number("x"), number("a"), number("b"), category("c", {"u": 300, "v": 200, "w": 100}))
    facts = specs.DatasetFacts("ds_any", 600, columns)
    body: dict[str, Any] = {"dataset_id": "ds_any", "target": ["a", "b", "c"], "task": "binary"}

    (fault,) = faults_of(body, facts)

    assert (fault.suggestion, fault.patch) == (None, None)
    assert fault.hint
