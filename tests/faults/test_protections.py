"""Tests that cannot fail prove nothing: every protection is taken out once, and somebody must notice."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import LONG
from tests.faults.protections import PROTECTIONS, Protection

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "docs")
BY_NAME = pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda each: each.name)


@BY_NAME
def test_the_list_is_of_this_code(protection: Protection) -> None:
    """A protection that moved would be taken out in vain."""
    assert (ROOT / protection.file).read_text().count(protection.line) == 1


@pytest.mark.timeout(900)
@BY_NAME
def test_a_missing_protection_is_noticed(
    protection: Protection, tmp_path: Path, note: Callable[..., None], *, is_long: bool
) -> None:
    """In a copy of the code, so that nobody else meets the broken one."""
    if not is_long:
        pytest.skip("takes minutes; `./chainrule faults` does it")
    note(protection=protection.name)
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    file = copy / protection.file
    file.write_text(file.read_text().replace(protection.line, protection.without))
    environment = {name: value for name, value in os.environ.items() if name != LONG}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:rerunfailures",
        *protection.tests,
    ]

    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    shutil.rmtree(copy)

    assert done.returncode == 1, done.stdout[-2000:]
    failed = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("FAILED")]
    note(noticed_by=failed[0])
