"""Facts that the resolver works from: a dataset's rows and columns, and the shapes of weights to start from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from datasets import Column

Texts = Sequence[str]


@dataclass(frozen=True)
class DatasetFacts:
    """Rows and columns, without the values.

    `pairs` reads two columns of texts, the rows that have both: where texts are translated, their words decide on the
    network. It raises datasets' TooFewRows. `numbers` reads one column of numbers, so that a fault can name its row.
    """

    id: str
    row_count: int
    columns: tuple[Column, ...]
    pairs: Callable[[str, str], tuple[Texts, Texts]] | None = None
    numbers: Callable[[str], np.ndarray] | None = None

    def column(self, name: str) -> Column | None:
        """Return the column of this name."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class StartFacts:
    """Weights to start from, without the values."""

    id: str  # under which they never change
    shapes: Mapping[str, tuple[int, ...]]  # `dense_1.kernel` → (inputs, units)
    columns: tuple[str, ...] = ()  # that they were learned from, in the order of the inputs
    reason: str | None = None  # where something else was named
