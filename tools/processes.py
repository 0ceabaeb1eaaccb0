"""Running a command in the root folder."""

import os
import subprocess
from collections.abc import Sequence

from service.environment import ROOT

KEEPING_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}
"""Tests start hundreds of processes. Where Python may write no bytecode, each compiles all of our modules anew: half of
the time that a worker needs to start (13.1 s of processor time instead of 6.9, on a slow machine)."""


def run(command: Sequence[str], **environment: str) -> int:
    """Run a command with these variables added; give its exit code."""
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode
