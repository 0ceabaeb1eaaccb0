"""Facts that the resolver works from: a dataset's rows and columns, and the shapes of weights to start from."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from datasets import Column, DataWarning
from datasets.reading.leaks import CODE as LEAK
from datasets.reading.warnings_by_column import LEFT_OUT
from datasets.training_sets.second_table import Difference
from datasets.training_sets.trained_columns import TrainedColumn

Texts = Sequence[str]
SETTLED_BY_JOBS = LEFT_OUT | {LEAK}
"""What each job finds out for itself: which columns it leaves out, and which tell its own target."""


@dataclass(frozen=True)
class DatasetFacts:
    """Rows and columns, without the values.

    `pairs` reads two columns of texts, the rows that have both: where texts are translated, their words decide on the
    network. It raises datasets' TooFewRows. `numbers` reads one column of numbers, so that a fault can name its row,
    `labels` counts the values of a column, and `leaks` looks for columns that tell a target. `read_otherwise` looks for
    a cell that was read otherwise than those of a training. `warnings` are what was noticed when the file was read.
    """

    id: str
    row_count: int
    columns: tuple[Column, ...]
    pairs: Callable[[str, str], tuple[Texts, Texts]] | None = None
    numbers: Callable[[str], np.ndarray] | None = None
    labels: Callable[[str], dict[str, int]] | None = None
    leaks: Callable[[str], Sequence[str]] | None = None
    read_otherwise: Callable[[Sequence[TrainedColumn]], Difference | None] | None = None
    warnings: tuple[DataWarning, ...] = ()

    def column(self, name: str) -> Column | None:
        """Return the column of this name."""
        return self._by_name.get(name)

    def doubts(self, names: Collection[str]) -> Iterator[DataWarning]:
        """List what was noticed about the table as a whole and about these columns."""
        return (
            warning
            for warning in self.warnings
            if warning.code not in SETTLED_BY_JOBS and (warning.column is None or warning.column in names)
        )

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
    semantics: int | None = None  # the version of what layers mean that they were trained under, where it matters
    members: int = 1  # of an ensemble: so many such networks
