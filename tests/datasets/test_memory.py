"""Parsing needs far less memory than the file is long."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import resource, sys
from pathlib import Path
from datasets import Limits, parse_csv

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

before = peak()
table = parse_csv(Path(sys.argv[1]), limits=Limits())
print(table.row_count, peak() - before)
"""
SHAPES = {
    "floats": ",".join(f"{i * 1.2345:.6f}" for i in range(20)) + ",label {i}\n",
    "digits": ",".join("1" * 40) + ",{i}\n",
    "text": "{i} " + "some words that are never the same, " * 6 + ",{i}\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_of_60_megabytes_needs_less_than_300_more(tmp_path: Path, shape: str) -> None:
    """The bound holds for long cells and for short ones, where arrays are larger than the text."""
    line = SHAPES[shape].replace(", ", "; ")
    rows = 60_000_000 // len(line)
    with (tmp_path / "large.csv").open("w") as file:
        file.write(",".join(f"c{i}" for i in range(line.count(",") + 1)) + "\n")
        file.writelines(line.replace("{i}", str(i)) for i in range(rows))

    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path / "large.csv"], check=True, capture_output=True, text=True
    )

    row_count, megabytes = map(int, result.stdout.split())
    assert row_count == rows
    assert megabytes < 300
