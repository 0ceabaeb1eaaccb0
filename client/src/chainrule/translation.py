"""Texts to ids and back, and writing behind a text token by token, as the service does."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.errors import RowsChanged

Array = np.ndarray
PADDING, END, SEPARATOR, UNKNOWN = range(4)
FIRST = 4  # id of the first token that stands for itself


def encode_text(f: Mapping[str, Any], cells: Sequence[Any]) -> Array:
    """Return the ids of each text, then the separator, then padding; shape (rows, steps)."""
    index = {token: id_ for id_, token in enumerate(f["tokens"]) if id_ >= FIRST}
    rows = np.full((len(cells), f["source_length"] + 1 + f["target_length"]), PADDING, np.int64)
    for row, cell in zip(rows, cells, strict=True):
        tokens = str(cell).split() if f["unit"] == "word" else list(str(cell))
        if cell is None or isinstance(cell, bool) or not 0 < len(tokens) <= f["source_length"]:
            most = f["source_length"]
            raise RowsChanged(f"`{f['column']}` has to be a text of 1 to {most} {f['unit']}s, not {str(cell)[:40]!r}.")
        row[: len(tokens) + 1] = [*(index.get(token, UNKNOWN) for token in tokens), SEPARATOR]
    return rows


def write(rows: Array, scores: Callable[[Array], Array]) -> Array:
    """Go on with each row from its first padding by the likeliest token, until its end token or the last step.

    `scores` maps ids (rows, steps) to (rows, steps, tokens); what it gives at a step is for the step after.
    """
    ids = np.array(rows, np.int64)
    lengths, is_open = (ids != PADDING).sum(axis=1), np.ones(len(ids), bool)
    for step in range(int(lengths.min()), ids.shape[1]):
        following = scores(ids)[:, step - 1].argmax(axis=-1)
        writes = is_open & (lengths <= step)
        ids[writes, step] = following[writes]
        is_open &= ~(writes & (following == END))
        if not is_open.any():
            break
    return ids


def read(ids: Array, f: Mapping[str, Any]) -> list[str]:
    """Return what stands behind the separator of each row."""
    glue = " " if f["unit"] == "word" else ""
    texts = []
    for row in ids.tolist():
        written = row[row.index(SEPARATOR) + 1 :]
        stop = next((place for place, id_ in enumerate(written) if id_ in {END, PADDING}), len(written))
        texts.append(glue.join(f["tokens"][id_] for id_ in written[:stop]))
    return texts
