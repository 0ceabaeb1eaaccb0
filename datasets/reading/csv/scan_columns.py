"""The first pass over a file of text: what each column holds, and the blocks of text to go over again."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from datasets.columns.forms.cell_forms import CellForms
from datasets.columns.forms.missing_words import OF_NUMBERS, USUAL, words_of
from datasets.columns.scan import ColumnScan
from datasets.columns.wide.wide_numbers import WideNumbers, read_wide_numbers
from datasets.columns.wide.wide_texts import scan_wide_texts
from datasets.limits import Limits
from datasets.reading.csv.dialect import Layout
from datasets.reading.csv.odd_columns import read_odd_columns
from datasets.reading.csv.text_blocks import (
    BLOCK_BYTES,
    MANY_COLUMNS,
    WIDE_BLOCK_BYTES,
    RowExceedsBlock,
    largest_block,
    read_text,
)
from datasets.reading.csv.text_file import TextFile

Blocks = Callable[[], Iterator[list[pa.Array]]]


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What was seen of the columns; `blocks` gives the cells again."""

    columns: list[ColumnScan | WideNumbers]
    blocks: Blocks

    @property
    def by_cell(self) -> dict[int, ColumnScan]:
        """The columns that were looked at cell by cell, by their index."""
        return {index: scan for index, scan in enumerate(self.columns) if isinstance(scan, ColumnScan)}


def scan_columns(source: TextFile, layout: Layout, limits: Limits, forms: CellForms) -> Scanned:
    """Look at every cell of every column, once more at those that may hold numbers or dates in some form."""
    block_bytes = WIDE_BLOCK_BYTES if layout.width >= MANY_COLUMNS else BLOCK_BYTES
    try:
        return _scan(partial(read_text, source, layout, limits, block_bytes=block_bytes), layout, forms)
    except RowExceedsBlock:
        block_bytes = max(block_bytes, largest_block(limits))
        return _scan(partial(read_text, source, layout, limits, block_bytes=block_bytes), layout, forms)


def _scan(blocks: Blocks, layout: Layout, forms: CellForms) -> Scanned:
    reading = blocks()
    first, second = next(reading), next(reading, None)
    wide: dict[int, WideNumbers] = {}
    if second is None:
        # A table that is one block is kept, and its plain numbers and texts are read all at once.
        blocks = partial(_once, first)
        wide = _wide_numbers(first, layout, forms)
    scans = {index: _scan_of(name, layout, forms) for index, name in enumerate(layout.names) if index not in wide}
    seen = scan_wide_texts(first, scans) if second is None else frozenset()
    for block in itertools.chain([first], [] if second is None else [second], reading):
        for index, scan in scans.items():
            if index not in seen:
                scan.add(block[index])
    formed = read_odd_columns(scans, blocks, forms, delimiter=layout.dialect.delimiter)
    return Scanned(columns=[wide.get(index) or formed[index] for index in range(layout.width)], blocks=blocks)


def _once(block: list[pa.Array]) -> Iterator[list[pa.Array]]:
    yield block


def _wide_numbers(block: list[pa.Array], layout: Layout, forms: CellForms) -> dict[int, WideNumbers]:
    if forms.says_forms:
        return {}
    words = words_of(forms.missing_words, USUAL if forms.only_plain else OF_NUMBERS)
    return read_wide_numbers(block, layout.names, words, delimiter=layout.dialect.delimiter)


def _scan_of(name: str, layout: Layout, forms: CellForms) -> ColumnScan:
    return ColumnScan(
        name,
        width=layout.width,
        decimals="" if name in forms.texts else forms.of(name).plain_decimals(delimiter=layout.dialect.delimiter),
        words=words_of(forms.missing_words),
        may_be_date=name not in forms.texts,
    )
