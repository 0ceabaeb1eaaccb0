"""What commands that run in this very process would leave behind."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """Commands write for this user alone; the servers of other tests run as others."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)
