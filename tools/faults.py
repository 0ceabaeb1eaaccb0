"""Running the fault suite in its long form, and keeping what it showed."""

import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tools.processes import KEEPING_BYTECODE, run
from tools.reliability import records, report

# The first answer counts: a protection that holds every second time is none.
PYTEST = (sys.executable, "-m", "pytest", "-p", "no:rerunfailures", "-p", "no:cacheprovider")


def run_faults(arguments: Sequence[str], *, seed: int) -> int:
    """Run the long form, all of it or the tests named, and bring the report up to date with what they showed."""
    revision = records.revision()
    named = [] if any(argument.startswith("tests/") for argument in arguments) else chosen()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        command = [*PYTEST, f"--junitxml={results}", *named, *arguments]
        code = run(command, CHAINRULE_TEST_FAULTS="long", CHAINRULE_TEST_SEED=str(seed), **KEEPING_BYTECODE)
        found = records.parse(results.read_text()) if results.exists() else []
    mark = {"on": f"{datetime.now(UTC):%Y-%m-%d}", "revision": revision, "seed": seed}
    records.write(records.merged(records.read(), [{**record, **mark} for record in found]))
    report.write()
    return code


def chosen() -> list[str]:
    """Name the fault suite and every other test that a row of the plan relies on."""
    cited = {test for row in report.rows().values() for test in row.get("tests", ())}
    return ["tests/faults", *sorted(test for test in cited if not test.startswith("tests/faults/"))]
