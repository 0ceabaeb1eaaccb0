"""Check: no file of the product is longer than 300 lines."""

from pathlib import Path

from tools.checks.files import product

MOST = 300


def check(root: Path) -> list[str]:
    """Name the files that are longer, with their number of lines."""
    lengths = {name: len((root / name).read_text().splitlines()) for name in product(root)}
    return [
        f"{name} has {length} lines; at most {MOST}: it is two modules"
        for name, length in lengths.items()
        if length > MOST
    ]
