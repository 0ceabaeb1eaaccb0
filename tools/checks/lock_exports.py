"""Check: what pip would install is what the lock says."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

EXPORTS = {"requirements.txt": (), "requirements-test.txt": ("test", "lint", "references")}


def check(root: Path) -> list[str]:
    """Name the exports that are older than the lock; without uv nothing can be said."""
    uv = shutil.which("uv") or next(map(str, (root / ".chainrule" / "tools" / "bin").glob("uv")), None)
    if uv is None:
        click.echo("uv is not there: the export of the lock cannot be checked")
        return []
    return [
        f"{file} is older than uv.lock: uv export --locked --no-emit-workspace --no-header -o {file}"
        for file, groups in EXPORTS.items()
        if not is_current(uv, root, file, groups)
    ]


def is_current(uv: str, root: Path, file: str, groups: Sequence[str]) -> bool:
    """Export anew and compare."""
    options = [option for group in groups for option in ("--group", group)]
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / file
        command = [uv, "export", "-q", "--locked", "--no-emit-workspace", "--no-default-groups", *options]
        subprocess.run([*command, "--no-header", "-o", str(fresh)], cwd=root, check=True, stdout=subprocess.DEVNULL)
        return (root / file).exists() and fresh.read_text() == (root / file).read_text()
