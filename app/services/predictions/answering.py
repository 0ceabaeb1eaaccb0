"""Files answered: what is asked comes from a body or a dataset, what is told goes to a file and is sent from there."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import NoReturn

import pyarrow as pa

from app.errors import refuse
from app.services import prepared_files
from app.services.files import file_to_send
from app.services.files.file_to_send import FileToSend
from app.services.predictions.rows import MOST_ROWS
from app.services.predictions.wishes import Wish
from app.services.predictions.writers import MEDIA_TYPES, AnsweredBlock, writer_for
from app.services.uploads.uploads import receive
from app.services.uploads.workspaces import workspace
from datasets import Limits
from datasets.errors import DatasetError
from datasets.reading.row_blocks import ROWS, Block, open_rows
from models import Answers, Predictor, Rows
from store import Store
from store.database.tables import Dataset

Blocks = AbstractContextManager[Iterator[Block]]


@contextmanager
def of_body(store: Store, pieces: Iterable[bytes], form: str) -> Iterator[Iterator[Block]]:
    """Give the blocks of a body, which goes to the disk first: what is asked may be larger than memory."""
    with workspace(store.settings.home) as folder:
        received = receive(pieces, folder)
        with open_rows(received.path, form, Limits(max_bytes=store.settings.max_upload_bytes)) as blocks:
            yield blocks


@contextmanager
def of_dataset(store: Store, dataset: Dataset) -> Iterator[Iterator[Block]]:
    """Give the blocks of a dataset."""
    table = prepared_files.table(store, dataset)
    yield (table.slice(start, ROWS) for start in range(0, table.num_rows, ROWS))


@contextmanager
def of_rows(rows: Rows) -> Iterator[Iterator[Block]]:
    """Give the blocks of rows in memory."""
    yield (list(rows[start : start + ROWS]) for start in range(0, len(rows), ROWS))


def answered(predictor: Predictor, opened: Blocks, form: str, wish: Wish, *, name: str) -> FileToSend:
    """Answer all rows before the first is sent: what is wrong with the last one is told instead.

    Raises DatasetError with the row of the file.
    """
    with file_to_send.new_file() as content:
        writer = writer_for(form, content, predictor, wish)
        with opened as blocks:
            for block in each_answered(predictor, blocks):
                writer.write(block)
        writer.close()
    return file_to_send.measured(content, name=f"{name}.{form}", media_type=MEDIA_TYPES[form])


def answers(predictor: Predictor, opened: Blocks, dataset: Dataset, wish: Wish) -> Answers:
    """Answer the rows of a dataset in memory, 10 000 at most."""
    if dataset.row_count > MOST_ROWS:
        raise refuse(
            "limit.too_many_rows",
            f"Dataset `{dataset.id}` has {dataset.row_count} rows; up to {MOST_ROWS} are answered as JSON.",
            pointer="/dataset_id",
            found=dataset.row_count,
            expected=f"<= {MOST_ROWS}",
            hint="Ask for a file: `Accept: text/csv`, or application/x-ndjson, Parquet, Arrow.",
        )
    found: Answers = []
    with opened as blocks:
        for block in each_answered(predictor, blocks):
            told = predictor.told(block.outputs, level=wish.level)
            rows = prepared_files.values(block.rows, dataset.columns) if wish.keeps_columns else None
            found += told if rows is None else [{**one, "row": row} for one, row in zip(told, rows, strict=True)]
    return found


def each_answered(predictor: Predictor, blocks: Iterable[Block]) -> Iterator[AnsweredBlock]:
    """Answer block by block."""
    start = 0
    for block in blocks:
        try:
            x = predictor.preprocessing.transform_file(block)
        except DatasetError as error:
            _raise_by_row_of_file(error, predictor, block, start)
        yield AnsweredBlock(rows=block, outputs=predictor.answer(x))
        start += len(block)


def _raise_by_row_of_file(error: DatasetError, predictor: Predictor, block: Block, start: int) -> NoReturn:
    """Meet the fault again behind as many missing cells as there were rows before."""
    place = error.position
    features = predictor.preprocessing.features
    feature = next((each for each in features if place is not None and each.column == place.name), None)
    if place is None or place.row is None or feature is None or not start:
        raise error
    alone = replace(predictor.preprocessing, features=(feature,), shape=None)
    if isinstance(block, pa.Table):
        cells = block.column(feature.column).combine_chunks().slice(0, place.row)
        before = pa.nulls(start, cells.type)
        alone.transform_file(pa.table({feature.column: pa.chunked_array([before, cells])}))
    else:
        before_rows: list[dict[str, object]] = [{feature.column: None}] * start
        alone.transform_file([*before_rows, *block[: place.row]])
    raise error
