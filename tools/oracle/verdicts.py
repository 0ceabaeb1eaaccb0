"""What came out of comparing one call, and how close is close enough."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

AGREES, DIFFERS, NOT_SAID, OUTSIDE = "agrees", "differs", "not expressible", "another subject"
CLOSE = 3e-5  # relative to 1 and to the value: float32 sums in another order


class NotSaid(Exception):
    """A call cannot be said here, for the reason in its text."""


@dataclass(frozen=True)
class Verdict:
    """One call of a test: of what, and how it went."""

    kind: str  # layer, loss, metric, optimizer
    name: str  # the class
    test: str
    verdict: str
    reason: str = ""

    def write(self, path: Path) -> None:
        """Add it to a file of lines."""
        with path.open("a") as file:
            file.write(json.dumps(asdict(self)) + "\n")


def read(path: Path) -> list[Verdict]:
    """Read the lines of a file; what a test repeats with the same outcome, such as steps in a loop, counts once."""
    lines = path.read_text().splitlines() if path.exists() else []
    return list(dict.fromkeys(Verdict(**json.loads(line)) for line in lines))


def compared(ours: Any, theirs: Any) -> tuple[str, str]:
    """Compare two arrays or numbers; give the verdict and how far they are apart."""
    mine, other = (np.asarray(each, np.float64) for each in (ours, theirs))
    if mine.shape != other.shape and mine.size == other.size:
        mine = mine.reshape(other.shape)
    if mine.shape != other.shape:
        return DIFFERS, f"shape {mine.shape} for {other.shape}"
    both_missing = np.isnan(mine) & np.isnan(other)
    with np.errstate(invalid="ignore"):
        apart = np.where(both_missing | (mine == other), 0, np.abs(mine - other) / np.maximum(1, np.abs(other)))
    furthest = float(apart.max(initial=0))
    return (AGREES, "") if furthest <= CLOSE else (DIFFERS, f"by {furthest:.1e}")
