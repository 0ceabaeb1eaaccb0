"""Held-out rows: a share of them, a word where they are few, or none where that is wished."""

from typing import Any

import pytest

import specs
from datasets import split
from tests.specs.facts import IRIS, body, category, faults_of, number, resolve

XOR = specs.DatasetFacts(
    "ds_xor", 4, (number("a", distinct=2), number("b", distinct=2), category("y", {"0": 2, "1": 2}))
)


def xor(**fields: Any) -> specs.Resolved:
    """Resolve a body for the four rows of exclusive or."""
    return resolve({"dataset_id": "ds_xor", "target": "y", **fields}, XOR)


def test_few_rows_are_told_that_some_are_held_out() -> None:
    """The patch trains on all of them, and nothing is left to say."""
    resolved = xor()
    (warning,) = resolved.warnings

    patched = xor(**(warning.patch or {}))

    assert (resolved.sizes.training_rows, resolved.sizes.validation_rows) == (3, 1)
    assert (warning.code, warning.patch) == ("data.few_rows", {"split": {"validation_share": 0}})
    assert (patched.sizes.training_rows, patched.sizes.validation_rows) == (4, 0)
    assert patched.warnings == ()


def test_a_share_of_nothing_holds_nothing_out() -> None:
    """All rows are trained on, as `split` draws them."""
    rule = resolve(body(split={"validation_share": 0})).spec.split

    parts = split("multiclass", rule, row_count=IRIS.row_count)

    assert (len(parts.training), len(parts.validation), len(parts.test)) == (150, 0, 0)


def test_a_test_part_goes_without_a_validation_part() -> None:
    """They are two wishes."""
    sizes = resolve(body(split={"validation_share": 0, "test_share": 0.2})).sizes

    assert (sizes.training_rows, sizes.validation_rows, sizes.test_rows) == (120, 0, 30)


@pytest.mark.parametrize("rule", [{}, {"metric": "accuracy"}])
def test_early_stopping_watches_what_there_is(rule: dict[str, Any]) -> None:
    """The training loss, unless another value of training rows is named."""
    resolved = xor(split={"validation_share": 0}, training={"early_stopping": rule})

    assert resolved.spec.training.early_stopping is not None
    assert resolved.spec.training.early_stopping.metric == rule.get("metric", "loss")


def test_null_is_asked_about() -> None:
    """It may mean none, or the share that is usual."""
    (fault,) = faults_of(body(split={"validation_share": None}))

    assert (fault.code, fault.suggestion) == ("spec.conflict", 0.2)
    assert "0 holds none out" in str(fault.hint)
