"""Check: a function of more than eight parameters, which ruff reports, is excused by a reason beside it."""

import re
from pathlib import Path

from tools.checks.files import tracked

RULE = "PLR0913"
EXCUSE = re.compile(rf"#\s*(?:ruff:\s*)?noqa:[\w\s,]*\b{RULE}\b(?P<rest>.*)")
WHOLE_FILE = re.compile(rf"#\s*ruff:\s*noqa:[\w\s,]*\b{RULE}\b")
FEWEST_WORDS = 4


def check(root: Path) -> list[str]:
    """Name the lines that excuse such a function without a reason, or all functions of a file at once."""
    names = tracked(root, "*.py", ":!tests/")
    lines = [(name, n, line) for name in names for n, line in enumerate((root / name).read_text().splitlines(), 1)]
    return [f"{name}:{number}: {wrong}" for name, number, line in lines if (wrong := objection(line)) is not None]


def objection(line: str) -> str | None:
    """Say what is wrong with the excuse on a line; None where there is none, or a good one."""
    if WHOLE_FILE.search(line):
        return f"{RULE} is excused for one function at a time"
    found = EXCUSE.search(line)
    if found is None or len(re.findall(r"[A-Za-z']{2,}|\ba\b", found["rest"])) >= FEWEST_WORDS:
        return None
    return f"say why so many parameters: `# noqa: {RULE}  # the reason`"
