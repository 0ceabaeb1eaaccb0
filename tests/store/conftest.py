"""What the tests of the store share."""

import multiprocessing
from collections.abc import Iterator
from multiprocessing.pool import Pool

import pytest


@pytest.fixture(scope="session")
def processes() -> Iterator[Pool]:
    """Start two processes that do what tests send them; new ones for every test would cost seconds."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        yield pool
