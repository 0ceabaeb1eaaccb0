"""Rows on disk, in the form that batches are loaded from: a training on more of them than fit into memory."""

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array

WINDOW_BYTES = 16 << 20
"""Rows that are mixed with each other."""
LET_GO_BYTES = 2 << 20
"""Read so much, then unmap: mapping a window again costs some hundred faults, the kernel maps 64 kB at each."""
RUN_BYTES = 512 << 10
"""Neighbours on disk that stay in one window: a window is put together from runs of all over the file."""

Rows = npt.NDArray[np.int64]


class StoredRows:
    """Inputs (rows, *shape) in a file; the file may be removed once this is made."""

    def __init__(self, path: Path, *, rows: int, shape: tuple[int, ...], dtype: npt.DTypeLike) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._array: Array = np.frombuffer(self._map, dtype).reshape(rows, *shape)
        self._touched = 0

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, rows: slice) -> Array:
        """Copy neighbouring rows."""
        copy: Array = self._array[rows].copy()
        self._let_go(copy.nbytes)
        return copy

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, *shape), as an array of them would have."""
        return self._array.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the numbers."""
        return self._array.dtype

    def take(self, rows: Rows, out: Array) -> None:
        """Fetch rows into (len(rows), *shape)."""
        np.take(self._array, rows, axis=0, out=out, mode="clip")
        self._let_go(out.nbytes)

    def permutation(self, generator: np.random.Generator) -> Rows:
        """Draw an order in which each window mixes the rows of runs from anywhere in the file."""
        rows, size = len(self._array), self._array.nbytes // len(self._array)
        run, window = max(1, RUN_BYTES // size), max(1, WINDOW_BYTES // size)
        runs = generator.permutation(-(-rows // run))
        order: Rows = (runs[:, None] * run + np.arange(run)).reshape(-1)
        order = order[order < rows]
        for start in range(0, rows, window):
            generator.shuffle(order[start : start + window])
        return order

    def _let_go(self, size: int) -> None:
        """Unmap the pages that were read; they stay in the system's cache, and count as nobody's memory."""
        self._touched += size
        if self._touched >= LET_GO_BYTES:
            self._map.madvise(mmap.MADV_DONTNEED)
            self._touched = 0


def order_of(x: Array | StoredRows, generator: np.random.Generator) -> tuple[Rows, dict[str, Any] | None]:
    """Draw the order of an epoch: of all rows in memory, or window by window of stored ones.

    An order of millions of rows is not worth a checkpoint: for stored rows the generator stays where it is, so that the
    order can be drawn again, and the state in which the epoch leaves it is returned.
    """
    if not isinstance(x, StoredRows):
        return generator.permutation(len(x)), None
    ahead = np.random.Generator(np.random.PCG64())
    ahead.bit_generator.state = generator.bit_generator.state
    return x.permutation(ahead), dict(ahead.bit_generator.state)
