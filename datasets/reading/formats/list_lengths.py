"""The lengths of lists in a column: the longest is the width of its vectors, to which shorter ones are filled up."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.column import Column, DataWarning
from datasets.errors import FilePosition


@dataclass
class ListLengths:
    """What was seen of the lists of a column, block by block; `row` is the data row of the first of the shortest."""

    longest: int = 0
    shortest: int = 1 << 62
    row: int = 0
    rows: int = 0
    full: int = 0

    def add(self, lists: pa.Array) -> None:
        """Look at the next block."""
        lengths = np.asarray(pc.list_value_length(lists).fill_null(self.longest))
        if len(lengths):
            longest, shortest = int(lengths.max()), int(lengths.min())
            if longest > self.longest:
                self.longest, self.full = longest, 0
            if shortest < self.shortest:
                self.shortest, self.row = shortest, self.rows + int(lengths.argmin()) + 1
            self.full += int((lengths == self.longest).sum())
        self.rows += len(lengths)

    def state(self, column: Column) -> Column:
        """Write down with the column that lists were filled up."""
        if self.shortest == self.longest:
            return column
        padded = {"rows": self.rows - self.full, "shortest": self.shortest}
        return replace(column, statistics={**column.statistics, "padded": padded})

    def warn(self, name: str) -> DataWarning:
        """Say that lists were filled up."""
        return DataWarning(
            code="data.padded_vectors",
            message=f"`{name}` has lists of {self.shortest} to {self.longest} numbers (the first of {self.shortest} in "
            f"data row {self.row}); {self.rows - self.full} shorter ones are filled up with 0 at their ends, as "
            "sequences of token ids are. If they are measurements, give every list as many numbers.",
            column=name,
            position=FilePosition(row=self.row, name=name),
        )
