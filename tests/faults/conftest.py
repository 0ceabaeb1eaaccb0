"""How long the fault suite runs, what it draws from, and where its figures go."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store import Store
from tests.worker import making

LONG = "CHAINRULE_TEST_FAULTS"
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
def note(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Note figures for the report."""

    def add(**values: Any) -> None:
        for name, value in values.items():
            record_property(name, json.dumps(value, ensure_ascii=False))

    return add


@pytest.fixture
def iris(store: Store, tmp_path: Path) -> str:
    """Fisher's iris, uploaded; checkpoints as often as they can be written."""
    object.__setattr__(store.settings, "checkpoint_seconds", 1e-9)
    return making.upload(store, tmp_path)
