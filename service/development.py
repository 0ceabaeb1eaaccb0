"""What developers run: the tests, the checks, the benchmarks."""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from service.environment import ONE_THREAD, ROOT

MUTANTS = ("tests/neural/test_mutants.py", "tests/datasets/test_attacks.py")
EXPORTS = {"requirements.txt": (), "requirements-test.txt": ("test", "lint", "references")}


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest on two cores, or as the arguments say; `--mutants` plants every known fault instead."""
    if "--mutants" in arguments:
        others = [argument for argument in arguments if argument != "--mutants"]
        command = [sys.executable, "-m", "pytest", *MUTANTS, *others]
        return run(command, CHAINRULE_TEST_MUTANTS="1")
    spread = [] if any(a.startswith("-n") for a in arguments) else ["-n", "2", "--dist", "loadgroup"]
    return run([sys.executable, "-m", "pytest", *spread, *arguments])


def run_lint() -> int:
    """Run every check; the worst exit code counts."""
    python = [sys.executable, "-m"]
    checks = {
        "ruff": [*python, "ruff", "check", "."],
        "format": [*python, "ruff", "format", "--check", "."],
        "types": [*python, "mypy"],
        "arrows": [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
    }
    failed = [name for name, command in checks.items() if told(name, run(command) == 0) is False]
    failed += [name for name, check in OWN_CHECKS.items() if not told(name, check())]
    click.echo(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def told(name: str, passed: bool) -> bool:  # noqa: FBT001  # the value that is told
    """Say how a check went."""
    click.echo(f"{name}: {'ok' if passed else 'FAILED'}")
    return passed


def opens_with_a_sentence() -> bool:
    """Check that every tracked Python file opens with one sentence that says what it is for."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    silent = []
    for name in listed.stdout.split():
        sentence = (ast.get_docstring(ast.parse((ROOT / name).read_text())) or "").split("\n\n")[0]
        if not sentence.strip().endswith((".", "?", ":", "!")):
            silent.append(name)
    for name in silent:
        click.echo(f"{name} does not open with a sentence")
    return not silent


def exports_are_current() -> bool:
    """Check that what pip would install is what the lock says."""
    uv = shutil.which("uv") or next(map(str, (ROOT / ".chainrule" / "tools" / "bin").glob("uv")), None)
    if uv is None:
        click.echo("uv is not there: the export of the lock cannot be checked")
        return True
    return all(is_current(uv, file, groups) for file, groups in EXPORTS.items())


def is_current(uv: str, file: str, groups: Sequence[str]) -> bool:
    """Export anew and compare."""
    options = [option for group in groups for option in ("--group", group)]
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / file
        command = [uv, "export", "-q", "--locked", "--no-emit-workspace", "--no-default-groups", *options]
        subprocess.run([*command, "--no-header", "-o", str(fresh)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        same = (ROOT / file).exists() and fresh.read_text() == (ROOT / file).read_text()
    if not same:
        click.echo(f"{file} is older than uv.lock: uv export --locked --no-emit-workspace --no-header -o {file}")
    return same


OWN_CHECKS = {"first sentences": opens_with_a_sentence, "lock exports": exports_are_current}


def run_benchmark(name: str | None, arguments: Sequence[str]) -> int:
    """Run one benchmark; without a name, list them."""
    folder = ROOT / "benchmarks"
    files = [path for path in folder.glob("*.py") if "__main__" in path.read_text()]
    there = sorted([*(path.stem for path in files), *(path.parent.name for path in folder.glob("*/__main__.py"))])
    if name not in there:
        click.echo(f"benchmarks: {', '.join(there)}")
        return 0 if name is None else 2
    return run([sys.executable, "-m", f"benchmarks.{name}", *arguments], **ONE_THREAD)


def run(command: Sequence[str], **environment: str) -> int:
    """Run a command in the root folder."""
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode
