"""Pairs of texts as arrays to train on: complete rows, split, their vocabulary, their ids."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.column import Column
from datasets.errors import TooFewRows, UnknownColumn
from datasets.preprocessing.arrow_to_numpy import as_texts
from datasets.preprocessing.encodings import MISSING, TargetEncoding
from datasets.preprocessing.preprocessing import Preprocessing
from datasets.preprocessing.text_encoding import TextEncoding, fit_texts
from datasets.recipe.recipe import Recipe
from datasets.training_sets.splits import Split, split
from datasets.training_sets.tabular import TrainingArrays, groups_of, times_of

TRANSLATION = "translation"


def texts_of(cells: pa.ChunkedArray) -> list[str | None]:
    """Return cells as texts: numbers as people write them, dates in ISO 8601, None where there is no value."""
    if pa.types.is_temporal(cells.type):
        cells = _written_days(cells)
    codes, values = as_texts(cells)
    return [None if code == MISSING else values[code] for code in codes.tolist()]


def _written_days(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write days as 2024-05-31, and timestamps as 2024-05-31T14:00:00 where not all of them are midnights."""
    timestamps = pc.cast(cells, pa.timestamp("s"), safe=False)
    days = pc.cast(timestamps, pa.date32(), safe=False)
    are_days = pc.all(pc.equal(pc.cast(days, pa.timestamp("s")), timestamps)).as_py()
    return pc.cast(days, pa.string()) if are_days is not False else pc.strftime(timestamps, format="%Y-%m-%dT%H:%M:%S")


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


def prepare_pairs(
    arrow: pa.Table, columns: Sequence[Column], recipe: Recipe, *, validation: pa.Table | None = None
) -> TrainingArrays:
    """Everything between a table of texts and a network that translates the one column of `include` to the target.

    The vocabulary is that of all pairs, as the names of classes are: a word that only a held-out part shows still has
    its output.
    """
    rule, features = recipe.split, recipe.features
    source, target = features.include[0], str(recipe.target)
    rows, sources, targets = complete_pairs(arrow, source, target)
    taken = pa.array(rows)
    parts = split(
        TRANSLATION,
        rule if validation is None else replace(rule, validation_share=None),
        row_count=len(rows),
        groups=None if rule.group_by is None else groups_of(arrow.column(rule.group_by).take(taken)),
        times=None if rule.time_by is None else times_of(arrow.column(rule.time_by).take(taken), rule.time_by),
    )
    encoding = fit_texts(
        sources, targets, source, unit=str(features.tokenizer), max_tokens=int(features.max_vocabulary or 0)
    )
    x, y = encoding.pairs(sources, targets)
    held_out = (rows[parts.validation], x[parts.validation], y[parts.validation])
    if validation is not None:
        others, *texts = complete_pairs(validation, source, target)
        held_out = (others, *encoding.pairs(*texts))
    return TrainingArrays(
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
