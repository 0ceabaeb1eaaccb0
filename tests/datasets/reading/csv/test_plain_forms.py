"""A table that was read before other forms and words were known is made anew to the very bytes."""

from pathlib import Path

import pytest

from datasets import PLAIN, Limits, digest_file, parse_csv
from datasets.reading.csv.fast import LEAST_BYTES

DIGESTS = {
    "small": "13f5b9ecdd64648772c991e494a0e203f97a2b7087fd513cb16c5de4c97dd492",
    "semicolons": "1c7f154dcff3d54a1c05ba7bf980a6e2b3447976833e427579d5131f728167c9",
    "large": "a6adc1fe5bce96472b12c75cedd9b669df9270c7c60525cc0c6a8c221f15400a",
}
"""What version 0.1 stored of them before."""


def content(name: str) -> str:
    """Write a table with a bit of everything."""
    delimiter, rows = ";" if name == "semicolons" else ",", LEAST_BYTES // 30 if name == "large" else 40
    lines = [delimiter.join("abcdef")]
    for n in range(rows):
        m = n % 7 + 1
        cells = [
            "" if n % 5 else f"{n}.25",
            ("None", "mild", "?", f"kind {m}")[n % 4],
            f"${n}.50",
            f"2024-01-0{m}",
            "-" if n % 3 else f"{n},5" if delimiter == ";" else str(n),
            "None" if n % 9 == 2 else str(m),
        ]
        lines.append(delimiter.join(cells))
    return "\n".join([*lines, ""])


@pytest.mark.parametrize("name", DIGESTS)
def test_what_was_read_before_is_read_so_again(tmp_path: Path, name: str) -> None:
    """In the single pass over large files, too."""
    (tmp_path / "table.csv").write_text(content(name))

    parse_csv(tmp_path / "table.csv", limits=Limits(), prepared=tmp_path / "prepared.arrow", forms=PLAIN)

    assert digest_file(tmp_path / "prepared.arrow") == DIGESTS[name]
