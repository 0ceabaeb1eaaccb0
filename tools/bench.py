"""The benchmarks, by name."""

import sys
from collections.abc import Sequence

import click

from service.environment import ONE_THREAD, ROOT
from tools.processes import run


def run_benchmark(name: str | None, arguments: Sequence[str]) -> int:
    """Run one benchmark; without a name, list them."""
    folder = ROOT / "benchmarks"
    files = [path for path in folder.glob("*.py") if "__main__" in path.read_text()]
    there = sorted([*(path.stem for path in files), *(path.parent.name for path in folder.glob("*/__main__.py"))])
    if name not in there:
        click.echo(f"benchmarks: {', '.join(there)}")
        return 0 if name is None else 2
    return run([sys.executable, "-m", f"benchmarks.{name}", *arguments], **ONE_THREAD)
