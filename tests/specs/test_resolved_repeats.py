"""Every kind of table trains from two fields, and its resolved spec gives the same bytes again."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import neural
import specs
from benchmarks.tables.cases import TableCase
from benchmarks.tables.csv_cases import CSV_CASES
from benchmarks.tables.file_cases import FILE_CASES
from datasets import Limits, Table, parse_table

CASES = [case for case in (*CSV_CASES, *FILE_CASES) if case.name != "churn"]  # 50 000 rows take seconds
EPOCHS = 2


def trained(table: Table, spec: specs.Spec) -> np.ndarray:
    """Train a few epochs of a spec."""
    prepared = specs.prepare(table.arrow, table.columns, spec)
    fitted = prepared.preprocessing
    plan = dataclasses.replace(specs.build_plan(spec), epochs=EPOCHS)
    *_, last = neural.train(
        specs.build_network(spec, fitted.input_shape, fitted.output_width),
        plan,
        neural.Examples(prepared.training_x, prepared.training_y),
        neural.Examples(prepared.validation_x, prepared.validation_y),
    )
    assert isinstance(last, neural.EpochReport)
    return last.weights()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_resolved_spec_repeats_the_weights_of_every_kind_of_table(case: TableCase, tmp_path: Path) -> None:
    """What the service has filled in must be the whole truth: nothing else may enter into the weights.

    `./chainrule bench tables` does the same through the service, to the end of the training.
    """
    (tmp_path / "content").write_bytes(case.make())
    table = parse_table(tmp_path / "content", limits=Limits())
    facts = specs.DatasetFacts("ds_any", table.row_count, table.columns)
    two_fields = specs.parse({"dataset_id": "ds_any", "target": case.target})
    resolved = specs.resolve(two_fields, facts, draw_seed=lambda: 42).spec

    again = specs.resolve(specs.parse(resolved.to_json()), facts, draw_seed=lambda: 43).spec

    assert again == resolved
    weights = trained(table, resolved)
    assert np.isfinite(weights).all()
    assert np.array_equal(weights, trained(table, again))
