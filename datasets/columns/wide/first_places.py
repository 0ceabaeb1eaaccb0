"""The different values of each of many columns, in the order in which they come, counted all at once."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Places:
    """Where values come first, (columns, rows), and which of its column's values each cell is, -1 for none.

    `distinct` counts them for each column, `counts` how often each is there, column after column.
    """

    is_first: np.ndarray
    of_cells: np.ndarray
    distinct: np.ndarray
    counts: np.ndarray


def find_places(codes: np.ndarray) -> Places:
    """Number the values of each row of `codes` (columns, rows) from 0 as they come; below 0 is none."""
    order = np.argsort(codes, axis=1, kind="stable")
    ordered = np.take_along_axis(codes, order, axis=1)
    starts = ordered >= 0
    starts[:, 1:] &= ordered[:, 1:] != ordered[:, :-1]
    is_first = np.zeros(codes.shape, bool)
    np.put_along_axis(is_first, order, starts, axis=1)
    numbered = is_first.cumsum(axis=1) - 1
    # Equal values stand together; each of them takes the number of the first.
    last_start = np.maximum.accumulate(np.where(starts, np.arange(codes.shape[1]), 0), axis=1)
    of_cells = np.zeros(codes.shape, np.int64)
    first_rows = np.take_along_axis(order, last_start, axis=1)
    np.put_along_axis(of_cells, order, np.take_along_axis(numbered, first_rows, axis=1), axis=1)
    of_cells[codes < 0] = -1
    distinct = is_first.sum(axis=1)
    offsets = (distinct.cumsum() - distinct)[:, None]
    counts = np.bincount((of_cells + offsets)[codes >= 0], minlength=int(distinct.sum()))
    return Places(is_first, of_cells, distinct, counts)
