"""Large files are read in one pass, and keep digits as small ones do."""

from pathlib import Path

import pytest

from datasets import Limits, parse_csv
from datasets.reading.csv.encoding.signs import LEADING_ZERO
from datasets.reading.csv.fast.reading import LEAST_BYTES


@pytest.mark.parametrize("late", ["02134", "9007199254740993"])
def test_late_digits_of_a_large_file_are_kept(tmp_path: Path, late: str) -> None:
    """The first block shows plain numbers only; what comes last decides."""
    path = tmp_path / "large.csv"
    rows = LEAST_BYTES // 14
    plain = "".join(f"{10001 + number % 7},{number % 9}.5\n" for number in range(rows))
    path.write_text(f"zip,y\n{plain}{late},1.5\n")

    table = parse_csv(path, limits=Limits())

    assert table.columns[0].kind == "category"
    assert table.arrow["zip"][rows].as_py() == late
    assert table.columns[1].kind == "number"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (b"a,007\n", True),
        (b"a\n02134,1\n", True),
        (b'a,"01"\n', True),
        (b"a;08;b", True),
        (b"a,0\n0.5,0,10\n", False),
        (b"a,05/01/2024\n", False),
        (b"1.05,2\n", False),
        (b"08:30,1\n", False),
    ],
)
def test_leading_zeros_are_found_in_bytes(text: bytes, *, is_one: bool) -> None:
    """Cells of digits, not dates, times or fractions."""
    assert (LEADING_ZERO.search(text) is not None) is is_one
