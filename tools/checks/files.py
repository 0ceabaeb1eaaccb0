"""The files that a check looks at: those that Git knows, of the product or all."""

import subprocess
from pathlib import Path

PRODUCT = (
    *("app", "worker", "store", "models", "exports", "specs", "datasets", "neural", "service"),
    "client/src/chainrule",
)


def tracked(root: Path, *patterns: str) -> list[str]:
    """List tracked files that are there, as paths from the root, in order."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return sorted({name for name in listed.stdout.splitlines() if (root / name).is_file()})


def product(root: Path) -> list[str]:
    """List the Python files of the product."""
    return tracked(root, *(f"{package}/*.py" for package in PRODUCT))
