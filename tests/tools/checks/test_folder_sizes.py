"""No folder has more modules than one looks through."""

from collections.abc import Callable
from pathlib import Path

from tools.checks import folder_sizes


def test_a_hall_is_named(tree: Callable[..., Path]) -> None:
    """Its entrance does not count, nor do its folders, nor tests."""
    modules = {f"app/m{number}.py": "" for number in range(17)}
    others = {f"store/m{number}.py": "" for number in range(16)}
    tests = {f"tests/app/test_m{number}.py": "" for number in range(17)}
    root = tree({**modules, **others, **tests, "store/__init__.py": "", "store/jobs/claims.py": ""})

    found = folder_sizes.check(root)

    assert len(found) == 1
    assert found[0].startswith("app/ has 17 loose modules")


def test_components_may_be_many(tree: Callable[..., Path]) -> None:
    """One layer a file is a shelf, not a hall; what lies below it is a folder like others."""
    layers = {f"neural/layers/m{number}.py": "" for number in range(30)}
    shared = {f"neural/layers/shared/m{number}.py": "" for number in range(17)}
    root = tree({**layers, **shared})

    assert [line.partition(" ")[0] for line in folder_sizes.check(root)] == ["neural/layers/shared/"]
