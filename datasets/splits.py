"""Which rows train and which are held out: drawn from a seed, the same on every machine."""

from dataclasses import dataclass

import numpy as np

from datasets.errors import TooFewRows

SPLITTING = 0x73706C6974  # "split"


@dataclass(frozen=True, kw_only=True)
class Split:
    """Row indices, sorted; every row is in exactly one part."""

    training: np.ndarray
    validation: np.ndarray


def split(
    kind: str,
    seed: int,
    *,
    labels: np.ndarray | None = None,
    row_count: int,
    validation_share: float,
    stratify: bool = True,
) -> Split:
    """Draw a split; `kind` is the task.

    With labels (class numbers from 0), every class keeps a training row; with `stratify` it also gives its share of the
    held-out rows, to the nearest row. At least one row is held out.
    """
    if row_count < 2:
        raise TooFewRows(
            f"{row_count} {'row' if row_count == 1 else 'rows'} cannot be split into training and validation.",
            found=row_count,
            expected="at least 2 rows",
        )
    order = _shuffled(seed, row_count)
    held_out = min(max(1, round(validation_share * row_count)), row_count - 1)
    if kind == "regression" or labels is None:
        return _parts(order[:held_out], row_count)
    labels = np.asarray(labels)
    spare = _without_first_of_each_class(order, labels)
    if not spare.size:
        raise TooFewRows(
            f"All {row_count} rows have a different target value, so none can be held out for validation.",
            found=row_count,
            expected="at least one class with 2 rows",
        )
    held_out = min(held_out, spare.size)
    if not stratify:
        return _parts(spare[:held_out], row_count)
    quota = share_out(np.bincount(labels), held_out)
    return _parts(_first_of_each_class(spare, labels[spare], quota), row_count)


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
    order: np.ndarray = np.argsort(keys, kind="stable")
    return order


def _without_first_of_each_class(order: np.ndarray, labels: np.ndarray) -> np.ndarray:
    _, first = np.unique(labels[order], return_index=True)
    rest: np.ndarray = np.delete(order, first)
    return rest


def _first_of_each_class(rows: np.ndarray, labels: np.ndarray, quota: np.ndarray) -> np.ndarray:
    by_class = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels, minlength=len(quota))
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    chosen: np.ndarray = rows[by_class[rank < quota[labels[by_class]]]]
    return chosen


def _parts(validation: np.ndarray, row_count: int) -> Split:
    is_training = np.ones(row_count, bool)
    is_training[validation] = False
    return Split(training=np.flatnonzero(is_training), validation=np.sort(validation))
