"""Every attack on data has a protection, and a test that fails without it: here the list, on demand the proof."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.datasets.attacks import ATTACKS, ROWS, Attack

ROOT = Path(__file__).parents[2]
ALL = "CHAINRULE_TEST_MUTANTS"
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "docs", "results")
TOOLS = ("-p", "no:cacheprovider", "-p", "no:rerunfailures", "-p", "no:xdist", "-p", "no:cov")
BY_NAME = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)


def test_every_row_of_the_plan_has_its_protection() -> None:
    """A row that nobody thought of would be found by others."""
    assert {attack.row for attack in ATTACKS} == set(ROWS)


@BY_NAME
def test_the_list_is_of_this_code(attack: Attack) -> None:
    """A protection that moved would be taken out in vain, and a test that was renamed would notice nothing."""
    file, _, test = attack.test.partition("::")
    text = (ROOT / file).read_text()

    assert (ROOT / attack.file).read_text().count(attack.line) == 1
    assert not test or f"def {test.partition('[')[0]}(" in text
    assert attack.without != attack.line


@pytest.mark.timeout(900)
@BY_NAME
def test_a_missing_protection_is_noticed(attack: Attack, tmp_path: Path) -> None:
    """By the test that is named for it, in a copy of the code, so that nobody else meets the broken one."""
    if not os.environ.get(ALL):
        pytest.skip("takes minutes; `./chainrule test --mutants` does it")
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    file = copy / attack.file
    file.write_text(file.read_text().replace(attack.line, attack.without))
    environment = {name: value for name, value in os.environ.items() if name != ALL} | {"PYTHONDONTWRITEBYTECODE": "1"}

    command = [sys.executable, "-m", "pytest", "-q", "-x", *TOOLS, attack.test]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    shutil.rmtree(copy)

    assert done.returncode == 1, done.stdout[-2000:]
    assert "FAILED" in done.stdout
