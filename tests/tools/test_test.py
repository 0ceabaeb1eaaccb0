"""How tests are run."""

from pathlib import Path

import pytest

from tools.test import run_tests

BYTECODE = """
import os, sys

def test_bytecode_is_kept():
    assert not sys.dont_write_bytecode
    assert not os.environ["PYTHONDONTWRITEBYTECODE"]
"""


def test_processes_of_tests_keep_their_bytecode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the environment says otherwise: hundreds of processes would compile the same modules."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "test_bytecode.py").write_text(BYTECODE)

    assert run_tests(["-n0", "-q", "-p", "no:cacheprovider", str(tmp_path / "test_bytecode.py")]) == 0


MARKED = """
import pytest

@pytest.mark.long
def test_of_minutes():
    raise AssertionError

def test_of_seconds():
    pass
"""


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--all"], 1), (["-m", "long"], 1)])
def test_long_ones_run_when_asked_for(arguments: list[str], code: int, tmp_path: Path) -> None:
    """They fail here, so that they are noticed."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = long: takes minutes\n")
    (tmp_path / "test_marked.py").write_text(MARKED)
    options = ["-n0", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "-c", str(tmp_path / "pytest.ini")]

    assert run_tests([*options, *arguments, str(tmp_path / "test_marked.py")]) == code
