"""The plan of faults is whole, names tests that there are, and is what the report shows."""

from typing import Any

import pytest

from tools.reliability import report
from tools.reliability.records import exists, read

ROWS = report.rows()
PLANNED = [f"F{number:02}" for number in range(1, 41)]


def test_no_fault_of_the_plan_is_left_out() -> None:
    """What is not written down is not missed."""
    assert list(ROWS) == PLANNED


@pytest.mark.parametrize("name", ROWS)
def test_every_fault_is_made_to_happen(name: str) -> None:
    """By tests that there are; what cannot be made to happen is told beside them, never in their place."""
    row: dict[str, Any] = ROWS[name]

    assert set(row) <= {"fault", "tests", "not_run"}
    assert row["tests"]
    assert [test for test in row["tests"] if not exists(test)] == []


def test_the_report_is_made_from_what_was_kept() -> None:
    """Nobody improves a figure by hand, and no figure is of a test that is gone."""
    records = read()

    assert report.REPORT.read_text() == report.page(records), "run ./chainrule reference"
    assert [record["test"] for record in records if not exists(record["test"])] == []
