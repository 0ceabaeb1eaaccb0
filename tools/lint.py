"""Every check that needs no running code: ruff, types, the arrows between packages, and our own."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from service.environment import ROOT
from tools.checks import (
    file_lengths,
    folder_sizes,
    lock_exports,
    mirrored_tests,
    parameters,
    picture,
    retired_names,
    sentences,
)
from tools.processes import run

PYTHON = (sys.executable, "-m")
PROGRAMS = {
    "ruff": [*PYTHON, "ruff", "check", "."],
    "format": [*PYTHON, "ruff", "format", "--check", "."],
    "types": [*PYTHON, "mypy"],
    "arrows": [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
}
OWN_CHECKS: dict[str, Callable[[Path], list[str]]] = {
    "first sentences": sentences.check,
    "sizes of folders": folder_sizes.check,
    "lengths of files": file_lengths.check,
    "numbers of parameters": parameters.check,
    "paths of tests": mirrored_tests.check,
    "retired names": retired_names.check,
    "picture of the house": picture.check,
    "lock exports": lock_exports.check,
}


def run_lint() -> int:
    """Run every check; one that fails is enough for exit code 1."""
    failed = [name for name, command in PROGRAMS.items() if not told(name, passed=run(command) == 0)]
    failed += [name for name, check in OWN_CHECKS.items() if not told(name, passed=is_clean(check(ROOT)))]
    click.echo(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def is_clean(found: list[str]) -> bool:
    """Print what a check found; tell whether that was nothing."""
    for line in found:
        click.echo(line)
    return not found


def told(name: str, *, passed: bool) -> bool:
    """Say how a check went."""
    click.echo(f"{name}: {'ok' if passed else 'FAILED'}")
    return passed
