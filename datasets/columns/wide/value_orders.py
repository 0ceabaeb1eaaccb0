"""The orders of the values of many columns, by their text and by how often they are there, sorted all at once."""

import itertools
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.statistics import TOP
from datasets.columns.value_counts import Orders
from datasets.columns.wide.first_places import Places


@dataclass(frozen=True)
class ValueOrders:
    """The orders of each column's values.

    `codes` tell for each cell (columns, rows) which of its column's values it is in the order of their text, -1 for
    none.
    """

    of_columns: list[Orders]
    codes: np.ndarray


def order_values(different: pa.Array, values: np.ndarray, places: Places) -> ValueOrders:
    """Sort the values of each column, given as places among all `different` texts in the order in which they come."""
    ranks = np.empty(len(different), np.int64)
    ranks[np.asarray(pc.sort_indices(different))] = np.arange(len(different))
    columns = np.repeat(np.arange(len(places.distinct)), places.distinct)
    ends = places.distinct.cumsum()
    starts = ends - places.distinct
    most = int(places.counts.max(initial=0))
    # One number for each value, which no other has, takes a tenth of the time of np.lexsort.
    by_text = np.argsort(columns * len(different) + ranks[values])
    by_count = np.argsort((columns * (most + 1) + most - places.counts) * len(different) + ranks[values])
    sorted_place = np.empty(len(values) + 1, np.int32)
    sorted_place[by_text] = np.arange(len(values)) - starts[columns]
    sorted_place[-1] = -1
    codes = sorted_place[np.where(places.of_cells < 0, -1, places.of_cells + starts[:, None])]
    first = by_count[np.arange(len(values)) - starts[columns] < TOP]
    texts = different.take(pa.array(values[first])).to_pylist()
    pairs = iter(zip(texts, places.counts[first].tolist(), strict=True))
    by_text -= starts[columns]
    orders = [
        Orders(by_text[start:end], list(itertools.islice(pairs, min(end - start, TOP))))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    return ValueOrders(orders, codes)
