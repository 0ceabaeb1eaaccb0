"""A function of many parameters says why."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.checks import parameters


@pytest.mark.parametrize(
    "excuse",
    ["# noqa: PLR0913", "# noqa: PLR0913  # many", "# noqa: ARG001, PLR0913  # as above", "# noqa: PLR0913, ARG001"],
)
def test_an_excuse_without_a_reason_is_named(excuse: str, tree: Callable[..., Path]) -> None:
    """The name of the rule is no reason, nor is a word or two."""
    root = tree({"app/a.py": f"\ndef f(a, b):  {excuse}\n    pass\n"})

    assert parameters.check(root) == ["app/a.py:2: say why so many parameters: `# noqa: PLR0913  # the reason`"]


@pytest.mark.parametrize("excuse", ["# noqa: PLR0913  # each is a part of the answer", "# noqa: ARG001", ""])
def test_a_reason_is_enough(excuse: str, tree: Callable[..., Path]) -> None:
    """Other rules are not asked about here; ruff finds the functions that have no excuse at all."""
    root = tree({"app/a.py": f"\ndef f(a, b):  {excuse}\n    pass\n"})

    assert parameters.check(root) == []


def test_a_whole_file_is_not_excused(tree: Callable[..., Path]) -> None:
    """It would hide the functions that come later."""
    root = tree({"app/a.py": "# ruff: noqa: PLR0913  # all of them are fields of a spec\n"})

    assert parameters.check(root) == ["app/a.py:1: PLR0913 is excused for one function at a time"]
