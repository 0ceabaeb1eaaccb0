"""The state diagram in the docs says what the table of moves says."""

import re
from pathlib import Path

import pytest

from store.states import MOVES, is_final

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["reliability.in.md", "reliability.md"])
def test_the_diagram_is_the_table_of_moves(page: str) -> None:
    """A picture that lies is worse than none."""
    drawn = set(re.findall(r"^ +(\S+) --> ([^\s:]+)", (DOCS / page).read_text(), flags=re.MULTILINE))

    moves = {(before.value, after.value) for before, afters in MOVES.items() for after in afters}
    ends = {(status.value, "[*]") for status in MOVES if is_final(status)}
    assert drawn == moves | ends | {("[*]", "queued")}
