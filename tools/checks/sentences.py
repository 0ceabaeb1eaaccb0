"""Check: every Python file opens with one sentence that says what it is for."""

import ast
from pathlib import Path

from tools.checks.files import tracked


def check(root: Path) -> list[str]:
    """Name the files that do not."""
    silent = [name for name in tracked(root, "*.py") if is_silent((root / name).read_text())]
    return [f"{name} does not open with a sentence" for name in silent]


def is_silent(source: str) -> bool:
    """Tell whether the first paragraph of a module's docstring is missing or breaks off."""
    paragraph = (ast.get_docstring(ast.parse(source)) or "").split("\n\n")[0]
    return not paragraph.strip().endswith((".", "?", ":", "!"))
