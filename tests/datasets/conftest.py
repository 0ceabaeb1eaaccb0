"""A way to write a table as text and read it, and a small table with everything in it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datasets import CellForms, Limits, Preprocessing, Table, fit_preprocessing, parse_csv
from datasets.reading.overrides import Overrides
from tests.datasets.recipes import recipe

Parse = Callable[..., Table]
TOLD = Overrides()


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    """Read the given text or bytes as a file."""

    def read(content: str | bytes, *, told: Overrides = TOLD, forms: CellForms | None = None, **limits: int) -> Table:
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return parse_csv(path, limits=Limits(**limits), overrides=told, forms=forms)

    return read


TEXT = """age,city,member,pay,bought
20,Lyon,yes,100,a
30,Paris,no,200,b
,Lyon,yes,300,a
50,,no,400,b
60,Nice,yes,500,a
70,Lyon,no,600,b
"""
ROW = {"age": 33, "city": "Lyon", "member": "yes", "pay": 1}


@pytest.fixture
def table(parse: Parse) -> Table:
    """Numbers, categories and yes/no with gaps."""
    return parse(TEXT)


def fit(table: Table, rows: Sequence[int] = range(5), **options: Any) -> Preprocessing:
    """Fit to some rows, for `bought` unless something else is asked for."""
    asked = recipe(**{"target": "bought", "task": "binary", **options})
    return fit_preprocessing(table.arrow, table.columns, asked, training_rows=np.array(rows))
