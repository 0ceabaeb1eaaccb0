"""Names that were given up stay away."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.checks import retired_names


@pytest.fixture(autouse=True)
def retired(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retire a name of each kind."""
    monkeypatch.setattr(retired_names, "MODULES", {"lesson": "training_job"})
    monkeypatch.setattr(retired_names, "IDENTIFIERS", {"Lesson": "TrainingJob"})


def test_a_retired_name_is_named_where_it_is_back(tree: Callable[..., Path]) -> None:
    """As a file, as a folder and as a name in code."""
    root = tree(
        {
            "worker/lesson.py": "",
            "worker/lesson/load.py": "",
            "worker/run.py": "from worker import load as Lesson\n\nx = Lesson()\n",
        }
    )

    assert retired_names.check(root) == [
        "worker/lesson.py: `lesson` is now `training_job`",
        "worker/lesson/load.py: `lesson` is now `training_job`",
        "worker/run.py:1: `Lesson` is now `TrainingJob`",
        "worker/run.py:3: `Lesson` is now `TrainingJob`",
    ]


def test_words_of_the_language_are_free(tree: Callable[..., Path]) -> None:
    """A text or a comment may speak of a lesson, a test may keep the word, and a longer name is another one."""
    root = tree(
        {
            "worker/run.py": '"""Lesson."""\n\nlesson = "Lesson"  # Lesson\nLessons = 1\n',
            "tests/worker/test_run.py": "Lesson = 1\n",
        }
    )

    assert retired_names.check(root) == []
