"""Records of the fault suite: one line for each test, as it last ran, in a file beside the report."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from service.environment import ROOT

FILE = ROOT / "docs" / "reliability.jsonl"
FaultRecord = dict[str, Any]  # test, outcome, seconds, figures, machine; once kept also on, revision, seed


def read(file: Path = FILE) -> list[FaultRecord]:
    """Read what was kept."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def write(records: Iterable[FaultRecord], file: Path = FILE) -> None:
    """Keep records, one a line, so that a difference shows which test changed."""
    file.write_text("".join(json.dumps(record, sort_keys=True, ensure_ascii=False) + "\n" for record in records))


def merged(before: Iterable[FaultRecord], found: Iterable[FaultRecord]) -> list[FaultRecord]:
    """Put new records in the place of older ones of the same tests; those of tests that are gone go, too."""
    by_test = {record["test"]: record for record in [*before, *found]}
    return [by_test[test] for test in sorted(by_test) if exists(test)]


def exists(test: str, root: Path = ROOT) -> bool:
    """Tell whether the code has a test of this name, such as `tests/faults/test_storm.py::test_x[sqlite]`."""
    path, _, name = test.partition("::")
    file, function = root / path, name.partition("[")[0]
    return file.is_file() and re.search(rf"^def {re.escape(function)}\(", file.read_text(), re.MULTILINE) is not None


def parse(xml: str) -> list[FaultRecord]:
    """Read pytest's results: of each test how it ended, how long it took and what it noted."""
    return [record(case) for case in ET.fromstring(xml).iter("testcase") if case.get("file")]  # noqa: S314  # ours


def record(case: ET.Element) -> FaultRecord:
    """Read the result of one test."""
    ends = {"failure": "failed", "error": "failed", "skipped": "skipped"}
    ended = [(ends[part.tag], part.get("message", "")) for part in case if part.tag in ends]
    outcome, why = ended[0] if ended else ("passed", "")
    figures = {each.attrib["name"]: json.loads(each.attrib["value"]) for each in case.iter("property")}
    return {
        "test": f"{case.attrib['file']}::{case.attrib['name']}",
        "outcome": outcome,
        "seconds": round(float(case.get("time", 0)), 1),
        "figures": figures | ({"why": why.removeprefix("Skipped: ")} if outcome == "skipped" else {}),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
    }


def revision() -> str:
    """Name the commit that is tested, with a `+` when files that matter differ from it."""
    return f"{asked('rev-parse', '--short', 'HEAD') or 'unknown'}{'+' * bool(asked('diff', 'HEAD', '--', ':!docs'))}"


def asked(*words: str) -> str:
    """Ask Git; nothing where there is none."""
    command = ["git", *words]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return answer.stdout.strip()
