"""The way of a job body through the product: which files it enters, how often it passes from one package to another."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
from flask.testing import FlaskClient

ROOT = Path(__file__).parents[2]
PACKAGES = frozenset({"app", "worker", "store", "exports", "specs", "datasets", "neural"})
MOST_FILES, MOST_CROSSINGS = 104, 81
"""Nineteen files more than there were: penalties and limits of layers, warnings that jobs repeat, kept statements, the
recipe of a network that is left open, members, sizes of batches, how datasets were read, writing without sessions,
packing, and tags.
"""
BUILT_ONCE = (
    ("neural/network/network.py", "Network.__post_init__"),
    ("neural/training/plan.py", "TrainingPlan.__post_init__"),
    ("specs/given.py", "read"),
    ("specs/resolve.py", "resolve"),
    ("specs/blueprint.py", "draw"),
    ("specs/estimates/memory.py", "estimate_memory"),
    ("specs/estimates/work.py", "epoch"),
    ("specs/estimates/quoting.py", "estimate"),
    ("specs/summary.py", "summarize"),
)


class Traced:
    """Functions of the product in the order in which they are entered; what libraries enter does not count.

    A file is entered when one of its functions is: a call, a generator that goes on, a comprehension where Python makes
    a function of it. A crossing is a function that is entered when the one before it, of ours, was of another package:
    so each excursion into a package counts on the way there, and on the way back if anything is called after it.
    """

    def __init__(self) -> None:
        self.entered: Counter[tuple[str, str]] = Counter()  # (file, function)
        self.crossings: Counter[tuple[str, str]] = Counter()  # (function before, function entered)
        self._files: dict[CodeType, str | None] = {}
        self._before = ""

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Take note of an event, as `sys.setprofile` tells it."""
        file = self._file(frame.f_code) if event == "call" else None
        if file is None:
            return
        function = f"{file}:{frame.f_code.co_qualname}"
        if file.partition("/")[0] != self._before.partition("/")[0]:
            self.crossings[self._before, function] += 1
        self.entered[file, frame.f_code.co_qualname] += 1
        self._before = function

    def _file(self, code: CodeType) -> str | None:
        """Return the path in the repository; None for what is not the product's."""
        if code not in self._files:
            path = Path(code.co_filename)
            inside = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else ""
            self._files[code] = inside if inside.partition("/")[0] in PACKAGES else None
        return self._files[code]

    @property
    def files(self) -> list[str]:
        """The files that were entered."""
        return sorted({file for file, _ in self.entered})

    def told(self) -> str:
        """List files and crossings."""
        crossings = [f"  {count} {before or 'Flask'} → {after}" for (before, after), count in self.crossings.items()]
        head = f"{len(self.files)} files, {self.crossings.total()} crossings, {self.entered.total()} functions entered"
        return "\n".join([head, *(f"  {file}" for file in self.files), *crossings, ""])


@contextmanager
def traced() -> Iterator[Traced]:
    """Follow this thread."""
    found, before = Traced(), sys.getprofile()
    sys.setprofile(found)
    try:
        yield found
    finally:
        sys.setprofile(before)


@pytest.fixture
def path(client: FlaskClient, dataset: dict[str, Any]) -> Traced:
    """Post a few fields to a service that has seen such a body before, but not the same: that one it would know.

    Its network is a plain one: each component of the default's (dropout, schedule, decay) has a file of its own.
    """
    body = {
        "dataset_id": dataset["id"],
        "target": "species",
        "network": {"hidden": [32, 16]},
        "training": {"epochs": 5},
    }
    assert client.post("/v1/jobs", json=body).status_code == 202

    with traced() as found:
        response = client.post("/v1/jobs", json={**body, "training": {"epochs": 6}})

    assert response.status_code == 202
    sys.stdout.write(found.told())  # ./chainrule test tests/app/test_path_of_a_post.py -s
    return found


def test_everything_is_made_once_for_a_body(path: Traced) -> None:
    """Memory, summary, quote and checks share one network and one plan: they come from the blueprint."""
    assert {each: path.entered[each] for each in BUILT_ONCE} == dict.fromkeys(BUILT_ONCE, 1)


def test_a_post_enters_few_files(path: Traced) -> None:
    """Whoever follows a body with a debugger opens these; there were 104."""
    assert len(path.files) <= MOST_FILES, path.told()


def test_a_post_seldom_passes_from_one_package_to_another(path: Traced) -> None:
    """A package is asked for everything at once, not layer by layer or column by column; there were 312."""
    assert path.crossings.total() <= MOST_CROSSINGS, path.told()
