"""Check: the picture of the house shows the code as it is."""

from pathlib import Path

from tools.house.imports import read
from tools.house.picture import drawn


def check(root: Path) -> list[str]:
    """Draw it anew and compare."""
    file = root / "docs" / "house.svg"
    same = file.is_file() and file.read_text() == drawn(read(root))
    return [] if same else ["docs/house.svg shows the imports of an older day: ./chainrule reference"]
