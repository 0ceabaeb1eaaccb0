"""The split of rows into training, validation and test, the same on every machine: by a seed, groups or times."""

from dataclasses import dataclass, field

import numpy as np

from datasets.errors import TooFewRows
from datasets.recipe.split import SplitSpec, part_size

SPLITTING = 0x73706C6974  # "split"
AT_ONCE = 1 << 20
FEW_CLASSES = 32


def _no_rows() -> np.ndarray:
    return np.empty(0, np.int64)


@dataclass(frozen=True, kw_only=True)
class Split:
    """Row indices, sorted; every row is in exactly one part."""

    training: np.ndarray
    validation: np.ndarray
    test: np.ndarray = field(default_factory=_no_rows)


def split(
    task: str,
    rule: SplitSpec,
    *,
    row_count: int,
    labels: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    times: np.ndarray | None = None,
) -> Split:
    """Draw a split, from the seed of its rule.

    With labels (class numbers from 0), every class keeps a training row; with `stratify` it also gives its share of the
    held-out rows, to the nearest row. With `groups` (numbers from 0) no group is in two parts; with `times` the latest
    rows are the test part, those before them the validation part, and rows of one time stay together. At least one row
    is in each part whose share is above 0.
    """
    validation_share, test_share = rule.validation_share or 0.0, rule.test_share
    parts = 1 + (validation_share > 0) + (test_share > 0)
    if row_count < parts:
        raise TooFewRows(
            f"{row_count} {'row' if row_count == 1 else 'rows'} cannot be split into training and "
            f"{'validation' if parts == 2 else 'validation and test'}.",
            found=row_count,
            expected=f"at least {parts} rows",
        )
    if task in {"regression", "translation"} or groups is not None or times is not None:
        labels = None
    order = _shuffled(rule.seed, row_count) if times is None else np.argsort(-times, kind="stable")
    keys = groups if groups is not None else times
    test = _draw(order, part_size(test_share, row_count), keys, labels, stratify=rule.stratify)
    left = order if not test.size else order[~np.isin(order, test)]
    wanted = part_size(validation_share, row_count) if validation_share else 0
    validation = _draw(left, min(wanted, len(left) - 1), keys, labels, stratify=rule.stratify)
    return _parts(validation, test, row_count)


def share_out(counts: np.ndarray, total: int) -> np.ndarray:
    """Split `total` over classes in proportion to their counts, by largest remainder, leaving each class one row."""
    most = np.maximum(counts - 1, 0)
    rows = int(counts.sum())
    wanted = counts.astype(np.int64) * total  # whole numbers, so that no rounding differs between machines
    quota: np.ndarray = np.minimum(wanted // rows, most)
    while quota.sum() < total:
        remainder = np.where(quota < most, wanted - quota * rows, np.iinfo(np.int64).min)
        quota[int(np.argmax(remainder))] += 1
    return quota


def _shuffled(seed: int, row_count: int) -> np.ndarray:
    # Raw 64-bit draws are fixed for ever by PCG64's definition; Generator.permutation may change with NumPy.
    # The spawn key sets this stream apart from default_rng(seed): a table made with the same seed would be split by its
    # own values.
    keys = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(SPLITTING,))).random_raw(row_count)
    return small(np.argsort(keys, kind="stable"))


def small(numbers: np.ndarray) -> np.ndarray:
    """Halve what tens of millions of rows take."""
    return numbers.astype(np.int32) if len(numbers) <= np.iinfo(np.int32).max else numbers


def _draw(
    order: np.ndarray, held_out: int, keys: np.ndarray | None, labels: np.ndarray | None, *, stratify: bool
) -> np.ndarray:
    """Take so many rows from the front of an order."""
    if held_out < 1:
        return _no_rows()
    if keys is not None:
        return _whole_groups(order, keys[order], held_out)
    if labels is None:
        return order[:held_out]
    labels = small(np.asarray(labels))
    spare = _without_first_of_each_class(order, labels)
    if not spare.size:
        raise TooFewRows(
            f"All {len(order)} rows have a different target value, so none can be held out for validation.",
            found=len(order),
            expected="at least one class with 2 rows",
        )
    held_out = min(held_out, spare.size)
    if not stratify:
        return spare[:held_out]
    quota = share_out(np.bincount(labels[order], minlength=int(labels.max()) + 1), held_out)
    return _first_of_each_class(spare, labels[spare], quota)


def _whole_groups(order: np.ndarray, keys: np.ndarray, held_out: int) -> np.ndarray:
    """Take the groups that come first in the order, so many that their rows come nearest to what is wanted."""
    _, first, group, sizes = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        raise TooFewRows(
            "All rows belong to one group, so none can be held out.", found=1, expected="at least 2 groups, or times"
        )
    by_appearance = np.argsort(first, kind="stable")
    rows = np.cumsum(sizes[by_appearance])[:-1]  # the last group stays
    taken = int(np.argmin(np.abs(rows - held_out))) + 1
    rank = np.empty(len(sizes), np.int64)
    rank[by_appearance] = np.arange(len(sizes))
    chosen: np.ndarray = order[rank[group] < taken]
    return chosen


def _without_first_of_each_class(order: np.ndarray, labels: np.ndarray) -> np.ndarray:
    first = np.full(int(labels.max()) + 1, -1)
    for start in range(len(order) // AT_ONCE * AT_ONCE, -1, -AT_ONCE):  # from the end: what is written last stays
        part = order[start : start + AT_ONCE]
        first[labels[part[::-1]]] = np.arange(start + len(part) - 1, start - 1, -1)
    rest: np.ndarray = np.delete(order, first[first >= 0])
    return rest


def _first_of_each_class(rows: np.ndarray, labels: np.ndarray, quota: np.ndarray) -> np.ndarray:
    if len(quota) <= FEW_CLASSES:  # the same rows in the same order, without sorting all of them
        return np.concatenate([rows[np.flatnonzero(labels == place)[:count]] for place, count in enumerate(quota)])
    by_class = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels, minlength=len(quota))
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    chosen: np.ndarray = rows[by_class[rank < quota[labels[by_class]]]]
    return chosen


def _parts(validation: np.ndarray, test: np.ndarray, row_count: int) -> Split:
    is_training = np.ones(row_count, bool)
    is_training[validation] = False
    is_training[test] = False
    return Split(training=small(np.flatnonzero(is_training)), validation=np.sort(validation), test=np.sort(test))
