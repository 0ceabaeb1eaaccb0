"""Ids say what they name and sort by age."""

import time

import pytest

from store import ids


@pytest.mark.parametrize("kind", ids.PREFIXES)
def test_an_id_tells_its_kind(kind: str) -> None:
    """An id in a log or an error must be readable alone."""
    assert ids.kind_of(ids.new(kind)) == kind


@pytest.mark.parametrize(
    "text", ["", "job_", "job_x", "JOB_" + "0" * 26, "job_" + "0" * 27, "job_" + "u" * 26, "job_" + "\0" * 26]
)
def test_anything_else_is_no_id(text: str) -> None:
    """What is no id must not reach the database."""
    assert ids.kind_of(text) is None


def test_later_ids_sort_later() -> None:
    """Lists and the queue are ordered by id."""
    made = []
    for _ in range(5):
        made.append(ids.new("job"))
        time.sleep(0.002)

    assert made == sorted(made)
