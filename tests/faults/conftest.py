"""How long the fault suite runs, what it draws from, and where its figures go."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store import Store
from tests.worker import making

LONG = "CHAINRULE_TEST_FAULTS"
FIGURES = "CHAINRULE_TEST_FIGURES"
SEED = "CHAINRULE_TEST_SEED"


@pytest.fixture(scope="session")
def is_long() -> bool:
    """Whether `./chainrule faults` asked for the whole of it."""
    return os.environ.get(LONG) == "long"


@pytest.fixture(scope="session")
def seed() -> int:
    """Where every random decision of these tests comes from."""
    return int(os.environ.get(SEED, "1729"))


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Iterator[Callable[..., None]]:
    """Write a line of figures for the report, with the time that the test took."""
    started, figures = time.monotonic(), {}  # type: ignore[var-annotated]

    def add(**values: Any) -> None:
        figures.update(values)

    yield add
    if (target := os.environ.get(FIGURES)) and figures:
        line = {"test": request.node.name, "seconds": round(time.monotonic() - started, 1), **figures}
        with Path(target).open("a") as file:
            file.write(json.dumps(line) + "\n")


@pytest.fixture
def iris(store: Store, tmp_path: Path) -> str:
    """Fisher's iris, uploaded; checkpoints as often as they can be written."""
    object.__setattr__(store.settings, "checkpoint_seconds", 1e-9)
    return making.upload(store, tmp_path)
