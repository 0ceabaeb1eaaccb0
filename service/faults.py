"""The fault suite in its long form, and the report that it writes."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.development import run
from service.environment import ROOT
from service.reference import table

REPORT = ROOT / "docs" / "reliability.md"
INTRODUCTION = ROOT / "docs" / "reliability.in.md"
Figures = dict[str, Any]


def run_faults(arguments: Sequence[str], *, seed: int) -> int:
    """Run the long form; write the report when all of it passed."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.jsonl"
        long = {
            "CHAINRULE_TEST_FAULTS": "long",
            "CHAINRULE_TEST_FIGURES": str(figures),
            "CHAINRULE_TEST_SEED": str(seed),
        }
        code = run([sys.executable, "-m", "pytest", "tests/faults", *arguments], **long)
        if code == 0 and figures.exists():
            REPORT.write_text(report([json.loads(line) for line in figures.read_text().splitlines()]))
    return code


def report(figures: Iterable[Figures]) -> str:
    """Write the page: what is promised, when it was put to the test, and what was counted."""
    lines = list(figures)
    noticed = [(line["protection"], f"`{line['noticed_by']}`") for line in lines if "protection" in line]
    measured = [
        (f"`{line['test']}`", told(line), f"{line['seconds']:.0f} s") for line in lines if "protection" not in line
    ]
    return (
        f"<!-- Made by `./chainrule faults`; edit reliability.in.md. -->\n\n{INTRODUCTION.read_text()}\n"
        f"## Last run\n\n{datetime.now(UTC):%Y-%m-%d}, revision {revision()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}.\n\n"
        f"{table(('test', 'figures', 'took'), measured)}\n"
        "## Protections\n\nEach was taken out of a copy of the code; a test noticed.\n\n"
        f"{table(('without', 'noticed by'), noticed)}"
    )


def told(line: Figures) -> str:
    """Write the figures of one test."""
    shown = {name.replace("_", " "): value for name, value in line.items() if name not in {"test", "seconds"}}
    return ", ".join(f"{name} {value}" for name, value in shown.items())


def revision() -> str:
    """Name the commit that was tested."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "unknown"
