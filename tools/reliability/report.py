"""The page of reliability: what is promised, and what the fault suite showed of it."""

import tomllib
from pathlib import Path
from typing import Any

from service.environment import ROOT
from tools.markdown import table
from tools.reliability.records import FaultRecord, read

REPORT = ROOT / "docs" / "reliability.md"
INTRODUCTION = ROOT / "docs" / "reliability.in.md"
ROWS = ROOT / "tests" / "faults" / "rows.toml"
PROTECTION = "protection"


def write() -> Path:
    """Bring the page up to date."""
    REPORT.write_text(page(read()))
    return REPORT


def rows() -> dict[str, Any]:
    """Read the plan: for each fault what it is, the tests that make it happen, and what cannot be made to happen."""
    return tomllib.loads(ROWS.read_text())


def page(records: list[FaultRecord]) -> str:
    """Return the page as Markdown."""
    measured = [record for record in records if record["figures"] and PROTECTION not in record["figures"]]
    taken_out = [record for record in records if PROTECTION in record["figures"]]
    return (
        f"<!-- Made by `./chainrule faults`; edit reliability.in.md. -->\n\n{INTRODUCTION.read_text()}\n"
        f"## Last run\n\n{summary(records)}\n\n"
        f"{table(('test', 'figures', 'took', 'when'), [measurement(record) for record in measured])}\n"
        "## Every fault of the plan\n\n"
        f"{table(('', 'fault', 'tests', 'result'), [fault(name, row, records) for name, row in rows().items()])}\n"
        "## Protections\n\nEach was taken out of a copy of the code; a test noticed.\n\n"
        f"{table(('without', 'noticed by', 'when'), [protection(record) for record in taken_out])}"
    )


def summary(records: list[FaultRecord]) -> str:
    """Say how many tests ran, on what, and how many did not pass."""
    counts = {end: sum(record["outcome"] == end for record in records) for end in ("passed", "failed", "skipped")}
    told = ", ".join(f"{count} {end}" for end, count in counts.items() if count)
    machines = " and ".join(sorted({record["machine"] for record in records}))
    minutes = sum(record["seconds"] for record in records) / 60
    return (
        f"{len(records)} tests, each as it ended when it last ran: {told}; {minutes:.0f} minutes in all. On {machines}."
    )


def measurement(record: FaultRecord) -> tuple[str, ...]:
    """Write what one test counted or measured."""
    figures = [f"{name.replace('_', ' ')} {value}" for name, value in record["figures"].items()]
    ended = [] if record["outcome"] == "passed" else [f"**{record['outcome']}**"]
    return (short(record["test"]), ", ".join([*ended, *figures]), f"{record['seconds']:.0f} s", when(record))


def fault(name: str, row: dict[str, Any], records: list[FaultRecord]) -> tuple[str, ...]:
    """Write what was done about one fault of the plan."""
    tests = row.get("tests", [])
    results = [result(test, records) for test in tests] + ([row["not_run"]] if "not_run" in row else [])
    told = list(dict.fromkeys(results))
    return (name, row["fault"], "<br>".join(short(test) for test in tests) or "-", "; ".join(told))


def result(test: str, records: list[FaultRecord]) -> str:
    """Tell how a test ended, in all its forms; a test that never ran did not pass."""
    ends = {record["outcome"] for record in records if record["test"].partition("[")[0] == test}
    return "not yet run" if not ends else next(end for end in ("failed", "skipped", "passed") if end in ends)


def protection(record: FaultRecord) -> tuple[str, ...]:
    """Write which test noticed that a protection was gone."""
    noticed = record["figures"].get("noticed_by")
    return (record["figures"][PROTECTION], f"`{noticed}`" if noticed else f"**{record['outcome']}**", when(record))


def short(test: str) -> str:
    """Name a test without its folder."""
    return f"`{test.removeprefix('tests/')}`"


def when(record: FaultRecord) -> str:
    """Tell when a test last ran, on which revision and from which seed."""
    return f"{record['on']}, {record['revision']}, seed {record['seed']}"
