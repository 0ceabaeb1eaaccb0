"""The rows that are held out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from datasets.recipe.options import AUTO, option

LARGEST_SEED = 2**53 - 1  # whole numbers up to here are exact in every JSON reader


@dataclass(frozen=True, kw_only=True)
class SplitSpec:
    """How the held-out rows are drawn; without a share a second dataset is held out."""

    validation_share: float | None = option(
        "number", 0.2, off=None, minimum=0, below=1, typical=0.2, summary="Share of the rows that is held out; 0: none."
    )
    stratify: bool = option("flag", True, told=AUTO, summary="Hold out the same share of every class.")
    seed: int = option(
        "whole",
        told=AUTO,
        minimum=0,
        maximum=LARGEST_SEED,
        typical=0,
        summary="Decides which rows are held out; the training's seed unless given.",
    )
    test_share: float = option(
        "number",
        0.0,
        off=0.0,
        minimum=0,
        below=1,
        typical=0.2,
        summary="Share of the rows that is looked at once, after the end.",
    )
    group_by: str | None = option(
        "text",
        None,
        off=None,
        summary="Column whose equal values are never split: all rows of one person, place or machine.",
    )
    time_by: str | None = option(
        "text", None, off=None, summary="Column that orders the rows: the latest are held out."
    )
    validation_dataset_id: str | None = option(
        "text", None, off=None, summary="A second dataset that is held out as a whole, in place of a share."
    )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "SplitSpec":
        """Read what `to_json` wrote."""
        return cls(**body)


def part_size(share: float, row_count: int) -> int:
    """Return how many rows a share is: at least one, never all."""
    return min(max(1, round(share * row_count)), row_count - 1) if share > 0 else 0
