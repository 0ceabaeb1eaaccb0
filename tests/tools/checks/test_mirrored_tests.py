"""Tests lie where the code lies that they are about."""

from collections.abc import Callable
from pathlib import Path

from tools.checks import mirrored_tests


def test_a_test_that_mirrors_nothing_is_named(tree: Callable[..., Path]) -> None:
    """A folder that was renamed, and a package that is gone."""
    root = tree(
        {
            "store/jobs/claims.py": "",
            "tests/store/jobs/test_claims.py": "",
            "tests/store/old/test_claims.py": "",
            "tests/gone/test_x.py": "",
            "tests/gone/helper.py": "",
        }
    )

    assert mirrored_tests.check(root) == [
        "tests/gone/test_x.py: there is no gone/ whose code it could be about",
        "tests/store/old/test_claims.py: there is no store/old/ whose code it could be about",
    ]


def test_what_is_of_no_package_stands_aside(tree: Callable[..., Path]) -> None:
    """Tests of the whole, and of the client, whose package lies deeper."""
    root = tree(
        {
            "client/src/chainrule/errors.py": "",
            "tests/client/test_errors.py": "",
            "tests/acceptance/test_main.py": "",
            "tests/faults/test_storm.py": "",
            "tests/test_docs.py": "",
        }
    )

    assert mirrored_tests.check(root) == []
