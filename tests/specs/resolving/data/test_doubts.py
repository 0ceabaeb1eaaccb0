"""What may be an index is left out unless it is wanted, and doubts about columns reach the jobs that use them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specs
from datasets import Column, DataWarning, Kind, Limits, parse_table
from tests.specs.facts import category, number, resolve

KINDS = {"a": 30, "b": 30}


def rising(name: str) -> Column:
    """Describe numbers that rise from row to row."""
    column = number(name, distinct=60, whole=True)
    return replace(column, statistics={**column.statistics, "rises": True})


def table(*columns: Column, **more: Any) -> specs.DatasetFacts:
    """Describe a table of 60 rows with a target of two classes."""
    return specs.DatasetFacts("ds_any", 60, (*columns, category("t", KINDS)), **more)


def settled(facts: specs.DatasetFacts, **fields: Any) -> specs.Resolved:
    """Resolve a body for it."""
    start = fields.pop("start", None)
    return resolve({"dataset_id": "ds_any", "target": "t", **fields}, facts, start=start)


def codes(resolved: specs.Resolved) -> list[str]:
    """Return the codes of what was warned of."""
    return [warning.code for warning in resolved.warnings]


def test_rising_numbers_are_left_out_with_the_reason() -> None:
    """The warning is the job's own, beside that of the upload."""
    resolved = settled(table(rising("n"), number("x")))

    assert resolved.spec.features.include == ("x",)
    assert "as an index does" in str(resolved.provenance["/features/exclude/0"].reason)
    assert codes(resolved) == ["data.column_left_out"]


@pytest.mark.parametrize("features", [{"include": ["n", "x"]}, {"columns": ["x", "n"]}, {"kinds": {"n": "number"}}])
def test_rising_numbers_are_learned_from_where_they_are_asked_for(features: dict[str, Any]) -> None:
    """By the list of columns, or by saying what they are."""
    assert settled(table(rising("n"), number("x")), features=features).spec.features.include == ("n", "x")


def test_rising_numbers_are_learned_from_where_there_is_nothing_else() -> None:
    """A small table with one column that is sorted is no table of nothing but an index."""
    resolved = settled(table(rising("n")))

    assert resolved.spec.features.include == ("n",)
    assert codes(resolved) == ["data.index_learned"]


def test_a_row_number_is_nothing_to_learn_from() -> None:
    """Not even where there is nothing else."""
    with pytest.raises(specs.SpecFaults) as caught:
        settled(table(replace(rising("id"), kind=Kind.ID)))

    assert [fault.code for fault in caught.value.faults] == ["data.no_features"]


def test_weights_to_start_from_decide_about_an_index_that_they_know() -> None:
    """A model that learned from it would be refused its own columns otherwise."""
    shapes = {"dense_1.kernel": (2, 2)}
    start = specs.StartFacts("mdl_any", shapes, columns=("n", "x"))
    network = {"layers": [{"type": "dense", "units": 1}]}

    with pytest.raises(specs.SpecFaults) as caught:  # of shapes, for the weights are made up; not of columns
        settled(table(rising("n"), number("x")), start=start, network=network, training={"init_from": "mdl_any"})

    assert "learned from other columns" not in str(caught.value)
    assert "[2, 1]" in str(caught.value)


def test_a_spec_that_was_resolved_before_learns_from_what_it_learned_from(tmp_path: Path) -> None:
    """Its columns are named, so nothing that is noticed now enters into its arrays."""
    path = tmp_path / "table.csv"
    path.write_text("n,x,t\n" + "".join(f"{5 * row},{row * 7 % 11},{'ab'[row // 30]}\n" for row in range(60)))
    now = parse_table(path, limits=Limits())
    statistics = {key: value for key, value in now.columns[0].statistics.items() if key != "rises"}
    before = (replace(now.columns[0], kind=Kind.NUMBER, statistics=statistics), *now.columns[1:])
    old = resolve({"dataset_id": "ds_any", "target": "t"}, specs.DatasetFacts("ds_any", 60, before)).spec

    again = specs.parse(old.to_json())
    same = specs.resolve(again, specs.DatasetFacts("ds_any", 60, now.columns), draw_seed=lambda: 1).spec

    assert now.columns[0].rises
    assert same == old
    assert same.features.include == ("n", "x")
    arrays = [specs.prepare(now.arrow, columns, same).training_x for columns in (before, now.columns)]
    assert np.array_equal(*arrays)


def test_warnings_of_the_upload_are_told_where_they_matter() -> None:
    """About the table, a feature and the target; not about a column that is left out, nor why it is."""
    told = [("data.duplicate_rows", None), ("data.far_value", "x"), ("data.similar_labels", "t")]
    others = [("data.far_value", "z"), ("data.id_column", "n"), ("data.leaking_column", "x")]
    noticed = tuple(DataWarning(code=code, message="…", column=column) for code, column in [*told, *others])
    facts = table(rising("n"), number("x"), number("z"), warnings=noticed)

    resolved = settled(facts, features={"exclude": ["z"]})

    repeated = [warning for warning in resolved.warnings if warning.message == "…"]
    assert [(warning.code, warning.column) for warning in repeated] == told
    assert [warning.pointer for warning in repeated] == ["/dataset_id", "/features/kinds/x", "/target"]


@pytest.mark.parametrize(
    ("features", "patch"),
    [
        ({}, {"features": {"exclude": ["x"]}}),
        ({"drop": ["z"]}, {"features": {"drop": ["z", "x"]}}),
        ({"include": ["x", "y"]}, None),
        ({"exclude": ["y", "z"]}, None),
    ],
)
def test_a_leak_is_looked_for_with_the_jobs_own_target(features: dict[str, Any], patch: object) -> None:
    """The patch leaves it out, unless columns are named or nothing would be left."""
    asked: list[str] = []
    facts = table(number("x"), number("y"), number("z"), leaks=lambda target: asked.append(target) or ("x",))  # type: ignore[func-returns-value]

    resolved = settled(facts, features=features)

    (leak,) = [warning for warning in resolved.warnings if warning.code == "data.leaking_column"]
    assert (asked, leak.column, leak.patch) == (["t"], "x", patch)
