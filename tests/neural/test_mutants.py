"""Every planted fault is noticed by the test that is named for it: some here, all by `./chainrule test --mutants`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.neural.planted import FAULTS, Fault

ROOT = Path(__file__).parents[2]
ALL = "CHAINRULE_TEST_MUTANTS"
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "docs", "results")
BY_NAME = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
ALONE = (
    "-p",
    "no:cacheprovider",
    "-p",
    "pytest_timeout",
    "--confcutdir=tests/neural",
)  # starts in a second, not in six


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Copy the code, so that nobody else meets a fault."""
    copy = tmp_path_factory.mktemp("mutants") / "copy"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    yield copy
    shutil.rmtree(copy)


def test_there_are_enough_of_them() -> None:
    """Of every kind: signs, factors, sums, transposes, gates, means, padding, penalties, steps."""
    assert len(FAULTS) >= 60
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert sum(fault.is_quick for fault in FAULTS) >= 5


@BY_NAME
def test_the_list_is_of_this_code(fault: Fault) -> None:
    """A line that moved would be planted in vain."""
    assert (ROOT / "neural" / fault.file).read_text().count(fault.line) == 1
    assert (ROOT / "tests" / "neural" / fault.test.split("::")[0]).exists()


@pytest.mark.timeout(900)
@BY_NAME
def test_a_planted_fault_is_noticed(fault: Fault, copy: Path) -> None:
    """The named test fails with the fault, and it is that test that fails, not the way to it."""
    if not (fault.is_quick or os.environ.get(ALL)):
        pytest.skip("takes seconds, and there are many; `./chainrule test --mutants` does it")
    file = copy / "neural" / fault.file
    sound = file.read_text()
    file.write_text(sound.replace(fault.line, fault.planted))
    test = f"tests/neural/{fault.test}"
    outside = {name: value for name, value in os.environ.items() if name != ALL}
    bare = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    command = [sys.executable, "-m", "pytest", "-q", "-x", *ALONE, test]
    done = subprocess.run(command, cwd=copy, env=outside | bare, capture_output=True, text=True, check=False)
    file.write_text(sound)

    failed = [line.split(maxsplit=1)[1] for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert done.returncode == 1, done.stdout[-2000:]
    assert failed[0].startswith(test), failed
