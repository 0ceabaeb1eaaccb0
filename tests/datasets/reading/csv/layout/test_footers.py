"""What stands below the last row is looked for where the last line gives reason to."""

from pathlib import Path

import pytest

from datasets.reading.csv.layout.footers import TAIL, may_have_footers

WIDTH = 3000


@pytest.mark.parametrize(
    ("last", "is_suspect"),
    [
        (",".join(["1.25"] * WIDTH), False),
        (",".join(["1.25"] * WIDTH) + "\n\n", False),
        (",".join(["Total", *["1.25"] * (WIDTH - 1)]), True),
        (",".join(["1.25"] * (WIDTH - 1)), True),
    ],
)
def test_a_last_line_is_judged_whole(tmp_path: Path, last: str, is_suspect: object) -> None:
    """One that is longer than what is read at first is no short row: the file would be written anew for it."""
    (tmp_path / "table.csv").write_text(f"{','.join(['1.5'] * WIDTH)}\n{last}")

    assert len(last) > TAIL
    assert may_have_footers(tmp_path / "table.csv", ",", WIDTH) is is_suspect
