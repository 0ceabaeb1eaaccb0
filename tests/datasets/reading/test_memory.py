"""Parsing needs far less memory than the file is long."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.environment import GIVING_BACK

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


REFUSAL = """
import resource, sys
from pathlib import Path
from datasets import Limits, parse_csv, parse_table

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

parse_csv(Path(sys.argv[2]), limits=Limits())
before = peak()
try:
    parse_table(Path(sys.argv[1]), limits=Limits())
except Exception as error:
    print(error.code, peak() - before)
"""
LAST_ROWS = {
    "ragged": (b"1,2\n", "data.ragged_row"),
    "infinite": (b"inf" + 20 * b",1" + b"\n", "data.non_finite"),
    "NUL": (b"1\0" + 20 * b",1" + b"\n", "data.nul_byte"),
    "an open quote": (20 * b"1," + b'"a\n', "data.unclosed_quote"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("fault", LAST_ROWS)
def test_a_refused_file_of_30_megabytes_leaves_less_than_50_behind(tmp_path: Path, fault: str, *, packed: bool) -> None:
    """A fault in the last row is found after everything was read, in the memory that a process of the service has."""
    last, code = LAST_ROWS[fault]
    line = ",".join(f"{i * 1.2345:.6f}" for i in range(20)) + ",label\n"
    rows = [",".join(f"c{i}" for i in range(21)) + "\n", *[line] * (30_000_000 // len(line))]
    content = "".join(rows).encode() + last
    (tmp_path / "small.csv").write_text("a,b\n1,2\n3,4\n")
    (tmp_path / "large.csv").write_bytes(gzip.compress(content, 1) if packed else content)
    command = [sys.executable, "-c", REFUSAL, tmp_path / "large.csv", tmp_path / "small.csv"]

    said = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **GIVING_BACK}).stdout

    found, megabytes = said.split()
    assert found == code
    assert int(megabytes) < 50
