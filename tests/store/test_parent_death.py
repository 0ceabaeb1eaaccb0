"""A child ends with its parent, also when that is killed and can say nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARENT = """
import os, subprocess, sys
from functools import partial
from store.parent_death import die_with_parent
child = subprocess.Popen(["sleep", "60"], preexec_fn=partial(die_with_parent, os.getpid()), stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
os.kill(os.getpid(), 9)
"""
ASKED_TOO_LATE = """
import os
from store.parent_death import die_with_parent
print(die_with_parent(os.getppid()), die_with_parent(os.getppid() + 1))
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")


def python(code: str) -> str:
    """Run code in a process of its own; return what it printed."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def test_a_child_ends_with_its_killed_parent() -> None:
    """An orphan would hold a port, or train on, deaf to signals."""
    pid = python(PARENT)

    ended = subprocess.run(["timeout", "10", "tail", f"--pid={pid}", "-f", "/dev/null"], check=False).returncode

    assert ended == 0


def test_a_parent_that_died_before_is_told() -> None:
    """Between the fork and the question the parent may be gone; the kernel would then signal nobody."""
    assert python(ASKED_TOO_LATE) == "True False"
