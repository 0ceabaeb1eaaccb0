"""What is kept of the fault suite, and how it is told."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import faults
from tools.reliability import report
from tools.reliability.records import merged, parse

TESTS = """
import pytest

def test_counts(record_property):
    record_property("kills", "3")
    record_property("kills", "4")

def test_breaks():
    assert 1 == 2

def test_waits():
    pytest.skip("not here")

@pytest.mark.parametrize("n", [1, 2])
def test_many(n):
    pass
"""
KEPT = {"seconds": 1.0, "machine": "2 cores", "on": "2026-01-01", "revision": "abc", "seed": 7}


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Any]:
    """Run some tests and read what pytest wrote about them."""
    (tmp_path / "test_some.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-o", "junit_family=xunit1", "--junitxml=x.xml", "test_some.py"]
    subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)
    return {record["test"]: record for record in parse((tmp_path / "x.xml").read_text())}


def test_results_are_read_from_pytest(found: dict[str, Any]) -> None:
    """How each ended, what it noted last, and why it did not run."""
    ends = {test.partition("::")[2]: record["outcome"] for test, record in found.items()}

    assert ends == {
        "test_counts": "passed", "test_breaks": "failed", "test_waits": "skipped",
        "test_many[1]": "passed", "test_many[2]": "passed",
    }  # fmt: skip
    assert found["test_some.py::test_counts"]["figures"] == {"kills": 4}
    assert found["test_some.py::test_waits"]["figures"] == {"why": "not here"}


def test_a_run_of_some_tests_keeps_the_figures_of_the_others() -> None:
    """A report that shows less after each partial run would soon be empty; a test that is gone takes its line along."""
    here = "tests/tools/test_reliability.py"
    before = [
        {"test": f"{here}::test_results_are_read_from_pytest", "outcome": "passed"},
        {"test": f"{here}::test_gone"},
    ]
    again = [{"test": f"{here}::test_results_are_read_from_pytest", "outcome": "failed"}]
    more = [{"test": f"{here}::test_a_run_of_some_tests_keeps_the_figures_of_the_others[x]", "outcome": "passed"}]

    kept = merged(before, more)

    assert [record["outcome"] for record in kept] == ["passed", "passed"]
    assert [record["outcome"] for record in merged(kept, again)] == ["passed", "failed"]


def test_what_failed_is_not_told_as_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row is as good as its worst test, and a test that never ran proves nothing."""
    plan = {
        "F01": {"fault": "a", "tests": ["t.py::x", "t.py::y"]},
        "F02": {"fault": "b", "tests": ["t.py::z"], "not_run": "c"},
    }
    monkeypatch.setattr(report, "rows", lambda: plan)
    records = [
        {**KEPT, "test": "t.py::x[1]", "outcome": "passed", "figures": {"kills": 9}},
        {**KEPT, "test": "t.py::x[2]", "outcome": "failed", "figures": {}},
        {**KEPT, "test": "t.py::y", "outcome": "passed", "figures": {}},
        {**KEPT, "test": "t.py::p", "outcome": "failed", "figures": {"protection": "the lock"}},
    ]

    page = report.page(records)

    assert "4 tests, each as it ended when it last ran: 2 passed, 2 failed" in page
    assert "| F01 | a | `t.py::x`<br>`t.py::y` | failed; passed |" in page
    assert "| F02 | b | `t.py::z` | not yet run; c |" in page
    assert "| `t.py::x[1]` | kills 9 | 1 s | 2026-01-01, abc, seed 7 |" in page
    assert "| the lock | **failed** |" in page


def test_the_whole_run_covers_every_test_of_the_plan() -> None:
    """Also those that live beside what they test."""
    chosen = faults.chosen()

    assert chosen[0] == "tests/faults"
    assert "tests/worker/test_processes.py::test_a_killed_worker_loses_no_job" in chosen
