"""No file of the product is longer than 300 lines."""

from collections.abc import Callable
from pathlib import Path

from tools.checks import file_lengths


def test_a_long_file_is_named(tree: Callable[..., Path]) -> None:
    """300 lines are allowed, 301 are not; tests and examples may be as long as they like."""
    root = tree({"app/long.py": "x\n" * 301, "app/whole.py": "x\n" * 300, "tests/app/test_long.py": "x\n" * 999})

    assert file_lengths.check(root) == ["app/long.py has 301 lines; at most 300: it is two modules"]
