"""Tests of one group run on one worker, so that what they share is started once."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFTEST = """
import pytest
from tests.grouping import name_groups

@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    name_groups(config, items)
"""
TESTS = """
import os, time
from pathlib import Path
import pytest

@pytest.mark.xdist_group("together")
@pytest.mark.parametrize("number", range(6))
def test_it(number):
    time.sleep(0.05)
    Path(os.environ["PYTEST_XDIST_WORKER"]).touch()
"""


def test_a_group_stays_on_one_worker(tmp_path: Path) -> None:
    """Two would start its service twice, and migrate its database twice."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_group.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-n2", "--dist", "loadgroup", "-p", "no:cacheprovider"]
    outside = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    done = subprocess.run(
        [*command, "-p", "xdist", "-c", os.devnull, "--rootdir", str(tmp_path), "."],
        cwd=tmp_path, env=outside, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert "6 passed" in done.stdout, done.stdout + done.stderr
    assert len([*tmp_path.glob("gw*")]) == 1
