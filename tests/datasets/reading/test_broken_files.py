"""Every broken file gets the right code, the right place and words that help, and costs next to nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from datasets import Limits, parse_table
from datasets.errors import DatasetError
from tests.datasets.reading.broken import BROKEN

PROBE = """
import resource, sys
from pathlib import Path
from datasets import Limits, parse_table
from datasets.errors import DatasetError

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

warm = Path(sys.argv[1]).with_name("warm")
warm.write_bytes(b'{"a": 1}\\n')
parse_table(warm, limits=Limits())
before = peak()
try:
    parse_table(Path(sys.argv[1]), limits=Limits())
except DatasetError as error:
    print(error.code, peak() - before)
"""
COSTLY = (
    "json: nested deeply",
    "npy: 32 gigabytes announced",
    "npy: a header of 4 gigabytes",
    "npz: 100 megabytes of zeros",
    "gzip: 100 megabytes of one letter",
    "zip: 60 000 entries",
    "parquet: zeros in the middle",
)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_explained(tmp_path: Path, name: str) -> None:
    """One exact code, what is known of the place, and a message that says it in words."""
    broken = BROKEN[name]
    path = tmp_path / "content"
    path.write_bytes(broken.make())

    with pytest.raises(DatasetError) as caught:
        parse_table(path, limits=Limits())

    body = caught.value.to_json()
    position = body.get("position", {})
    assert body["code"] == broken.code, body
    assert isinstance(position, dict)
    assert broken.position.items() <= position.items()
    assert all(word in caught.value.message for word in broken.words), caught.value.message


def test_no_payload_of_a_pickle_runs(tmp_path: Path) -> None:
    """The marker that it would leave is not there."""
    marker = tmp_path / "marker"
    path = tmp_path / "content"
    path.write_bytes(
        b"\x93NUMPY\x01\x00\x36\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,)}"
        b"cos\nsystem\n(S'touch " + str(marker).encode() + b"'\ntR."
    )

    with pytest.raises(DatasetError):
        parse_table(path, limits=Limits())

    assert not marker.exists()


@pytest.mark.parametrize("name", COSTLY)
def test_a_refused_file_costs_less_than_50_megabytes(tmp_path: Path, name: str) -> None:
    """What announces gigabytes, or grows to them, is refused before they are there."""
    path = tmp_path / "content"
    path.write_bytes(BROKEN[name].make())

    result = subprocess.run([sys.executable, "-c", PROBE, path], check=True, capture_output=True, text=True)

    code, megabytes = result.stdout.split()
    assert code == BROKEN[name].code
    assert int(megabytes) < 50
