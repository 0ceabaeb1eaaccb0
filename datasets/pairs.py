"""Pairs of texts as arrays to train on: complete rows, split, their vocabulary, their ids."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.arrays import as_texts
from datasets.columns import Column
from datasets.encodings import MISSING, TargetEncoding
from datasets.errors import TooFewRows, UnknownColumn
from datasets.examples import Prepared, groups_of, times_of
from datasets.preprocessing import Preprocessing
from datasets.splits import Split, split
from datasets.texts import TextEncoding, fit_texts

TRANSLATION = "translation"


def texts_of(cells: pa.ChunkedArray) -> list[str | None]:
    """Return cells as texts: numbers as people write them, dates in ISO 8601, None where there is no value."""
    if pa.types.is_temporal(cells.type):
        cells = _written_days(cells)
    codes, values = as_texts(cells)
    return [None if code == MISSING else values[code] for code in codes.tolist()]


def _written_days(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write days as 2024-05-31, and moments as 2024-05-31T14:00:00 where not all of them are midnights."""
    moments = pc.cast(cells, pa.timestamp("s"), safe=False)
    days = pc.cast(moments, pa.date32(), safe=False)
    are_days = pc.all(pc.equal(pc.cast(days, pa.timestamp("s")), moments)).as_py()
    return pc.cast(days, pa.string()) if are_days is not False else pc.strftime(moments, format="%Y-%m-%dT%H:%M:%S")


def complete_pairs(arrow: pa.Table, source: str, target: str) -> tuple[np.ndarray, list[str], list[str]]:
    """Return the rows that have both texts, with the texts; raises UnknownColumn and TooFewRows."""
    for name in (source, target):
        if name not in arrow.column_names:
            raise UnknownColumn(
                f"There is no column `{name}`.", found=name, expected=", ".join(arrow.column_names[:20])
            )
    found = [
        (row, before, after)
        for row, (before, after) in enumerate(
            zip(texts_of(arrow.column(source)), texts_of(arrow.column(target)), strict=True)
        )
        if before is not None and after is not None
    ]
    if len(found) < 2:
        raise TooFewRows(
            f"{len(found)} rows have a text in `{source}` and in `{target}`; that is too few.",
            found=len(found),
            expected="at least 2 rows with both texts",
        )
    rows, sources, targets = zip(*found, strict=True)
    return np.array(rows, np.int64), list(sources), list(targets)


def prepare_pairs(  # noqa: PLR0913 - each is a field of a job's spec
    arrow: pa.Table,
    columns: Sequence[Column],
    *,
    source: str,
    target: str,
    unit: str,
    max_tokens: int,
    split_seed: int,
    validation_share: float = 0.2,
    test_share: float = 0.0,
    group_by: str | None = None,
    time_by: str | None = None,
    validation: pa.Table | None = None,
) -> Prepared:
    """Everything between a table of texts and a network that translates.

    The vocabulary is that of all pairs, as the names of classes are: a word that only a held-out part shows still has
    its output.
    """
    rows, sources, targets = complete_pairs(arrow, source, target)
    taken = pa.array(rows)
    parts = split(
        TRANSLATION,
        split_seed,
        row_count=len(rows),
        validation_share=validation_share if validation is None else 0.0,
        test_share=test_share,
        stratify=False,
        groups=None if group_by is None else groups_of(arrow.column(group_by).take(taken)),
        times=None if time_by is None else times_of(arrow.column(time_by).take(taken), time_by),
    )
    encoding = fit_texts(sources, targets, source, unit=unit, max_tokens=max_tokens)
    x, y = encoding.pairs(sources, targets)
    held_out = (rows[parts.validation], x[parts.validation], y[parts.validation])
    if validation is not None:
        others, *texts = complete_pairs(validation, source, target)
        held_out = (others, *encoding.pairs(*texts))
    return Prepared(
        preprocessing=as_preprocessing(encoding, target, columns),
        split=Split(training=rows[parts.training], validation=held_out[0], test=rows[parts.test]),
        training_x=x[parts.training],
        training_y=y[parts.training],
        validation_x=held_out[1],
        validation_y=held_out[2],
        test_x=x[parts.test],
        test_y=y[parts.test],
        dropped_rows=arrow.num_rows - len(rows),
    )


def as_preprocessing(encoding: TextEncoding, target: str, columns: Sequence[Column]) -> Preprocessing:
    """Return what is kept with the model."""
    ignored = tuple(column.name for column in columns if column.name not in {encoding.column, target})
    return Preprocessing(features=(encoding,), target=TargetEncoding(column=target, task=TRANSLATION), ignored=ignored)
