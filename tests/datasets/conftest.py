"""A way to write a table as text and read it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from datasets import Limits, Table, parse_csv

Parse = Callable[..., Table]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    """Read the given text or bytes as a file."""

    def read(content: str | bytes, **limits: int) -> Table:
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return parse_csv(path, limits=Limits(**limits))

    return read
