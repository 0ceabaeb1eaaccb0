"""Every module opens with a sentence."""

from collections.abc import Callable
from pathlib import Path

from tools.checks import sentences


def test_a_module_without_a_sentence_is_named(tree: Callable[..., Path]) -> None:
    """No docstring, or one that breaks off, tells a reader nothing; a file that Git ignores is nobody's business."""
    root = tree(
        {
            "app/good.py": '"""Pages, one after another."""',
            "app/silent.py": "x = 1",
            "app/broken.py": '"""Pages, which"""',
            ".gitignore": "made.py",
            "app/made.py": "x = 1",
        }
    )

    assert sentences.check(root) == [
        "app/broken.py does not open with a sentence",
        "app/silent.py does not open with a sentence",
    ]
