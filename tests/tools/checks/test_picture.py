"""The picture is of this code."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.checks import picture
from tools.house.imports import read
from tools.house.picture import drawn

CONTRACTS = """
[tool.importlinter]
root_packages = ["tools", "upper_floor", "ground_floor", "garden"]

[[tool.importlinter.contracts]]
name = "down"
type = "layers"
layers = ["tools", "upper_floor", "ground_floor"]
"""


def test_a_picture_of_older_imports_is_noticed(tree: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """None yet, one of this code, and one that lacks an import."""
    root = tree(
        {
            "pyproject.toml": CONTRACTS,
            "upper_floor/__init__.py": "",
            "upper_floor/stairs.py": "import ground_floor.door\n",
            "ground_floor/__init__.py": "",
            "ground_floor/door.py": "",
            "garden/__init__.py": "",
        }
    )
    monkeypatch.syspath_prepend(root)
    before = picture.check(root)
    (root / "docs").mkdir()
    (root / "docs" / "house.svg").write_text(drawn(read(root)))
    current = picture.check(root)
    (root / "upper_floor" / "lift.py").write_text("import ground_floor.door\n")

    assert len(before) == 1
    assert current == []
    assert picture.check(root) == before
