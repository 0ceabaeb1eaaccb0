"""What is to be told of each row."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be told of each row: what holds the truth with a probability of `level`; the given columns, too."""

    level: float | None = None
    keeps_columns: bool = False
