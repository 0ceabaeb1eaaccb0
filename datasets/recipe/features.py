"""The columns that are learned from, and how they become numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from datasets.recipe.options import AUTO, as_json, from_json, option
from datasets.recipe.scalings import FILLS, SCALINGS

TARGET_SCALINGS = ("standard", "minmax", "robust", "none")
ENCODINGS = ("one_hot", "ordinal")
KINDS = ("number", "category", "boolean", "date", "vector", "image", "text")
UNITS = ("word", "character")
DEFAULT = "default"  # the key for all columns that are not named


@dataclass(frozen=True, kw_only=True)
class Features:
    """Columns in the order of the inputs: that of the table, or of the weights that training starts from.

    `kinds` has one entry for each that is included.

    Without `include`, all columns are learned from but the target and those that hold nothing to learn.
    """

    include: tuple[str, ...] = option(
        "columns", (), least=1, told=AUTO, summary="Columns to learn from; all useful ones unless named."
    )
    exclude: tuple[str, ...] = option("columns", (), told=AUTO, summary="Columns to leave out.")
    kinds: Mapping[str, str] = option(
        "choices_of_columns",
        {},
        told=AUTO,
        what="kind of column",
        choices=KINDS,
        summary="How to read single columns, where that differs from what the dataset shows.",
    )
    scaling: str | Mapping[str, str] = option(
        "choice_by_column",
        "standard",
        off="none",
        what="scaling",
        choices=tuple(SCALINGS),
        summary="What numbers are brought to: mean 0 and spread 1, 0 to 1, median 0, logarithms, or nothing.",
    )
    missing: str = option(
        "choice",
        "median",
        what="filling",
        choices=tuple(FILLS),
        summary="What stands in for a missing number; `drop` leaves out rows that miss any value.",
    )
    fill_value: float | None = option(
        "number",
        None,
        off=None,
        minimum=-1e12,
        maximum=1e12,
        typical=0.0,
        summary="The number that stands in where `missing` is constant.",
    )
    indicators: bool = option("flag", True, told=AUTO, summary="Whether a second input says where a number is missing.")
    encoding: str | Mapping[str, str] = option(
        "choice_by_column",
        "one_hot",
        what="encoding",
        choices=ENCODINGS,
        summary="What categories become: one input for each value, or one input with the value's place.",
    )
    max_categories: int = option(
        "whole",
        50,
        minimum=2,
        maximum=10_000,
        typical=50,
        summary="Inputs for one category column at most; rarer values share one.",
    )
    reshape: tuple[int, ...] | None = option(
        "sizes",
        None,
        off=None,
        minimum=1,
        maximum=1_000_000,
        typical=8,
        summary="Shape of a row: [height, width, channels] of an image, [time, features] of a sequence.",
    )
    target_scaling: str = option(
        "choice",
        "standard",
        off="none",
        what="scaling of the target",
        choices=TARGET_SCALINGS,
        summary="What a number to predict is brought to; answers and metrics stay in its own units.",
    )
    target_clipping: bool = option(
        "flag",
        False,
        told=AUTO,
        summary="Whether answers stay within the smallest and largest number to predict that training rows have.",
    )
    tokenizer: str | None = option(
        "choice",
        None,
        off=None,
        what="tokenizer",
        choices=UNITS,
        summary="What a text is cut into where texts are translated; follows the texts to write.",
    )
    max_vocabulary: int | None = option(
        "whole",
        None,
        off=None,
        minimum=8,
        maximum=100_000,
        typical=20_000,
        summary="Tokens that are told apart where texts are translated; rarer ones are unknown.",
    )

    def scaling_of(self, column: str) -> str:
        """Return the scaling of a column."""
        return _chosen(self.scaling, column, "standard")

    def encoding_of(self, column: str) -> str:
        """Return the encoding of a column."""
        return _chosen(self.encoding, column, "one_hot")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {each.name: as_json(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Features":
        """Read what `to_json` wrote."""
        return cls(**{name: from_json(value) for name, value in body.items()})


def _chosen(choice: str | Mapping[str, str], column: str, otherwise: str) -> str:
    return choice if isinstance(choice, str) else choice.get(column, choice.get(DEFAULT, otherwise))
