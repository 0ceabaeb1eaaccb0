"""How the datasets of a job were read when it was planned: a job learns from that reading, or from none.

A file can be told to be read in another way afterwards. What was told, and the digest of what was read, stay with each
job, and are held against the datasets when it is submitted, derived from, attempted, or its rows are shown.
"""

import json
from collections.abc import Mapping
from typing import Any

from store.database.questions import Transaction, ask
from store.database.rows import some
from store.database.tables import Dataset
from store.errors import NotFound, ReadingChanged

READING = ("prepared_digest", "overrides")
Readings = Mapping[str, Any]
"""Dataset → what was read of it: `prepared_digest` and `overrides`."""


def reading_of(row: Any) -> dict[str, Any]:
    """Return what was read of a dataset, given a row that has it."""
    return {"prepared_digest": row.prepared_digest, "overrides": row.overrides or {}}


def refuse_changed(session: Transaction, project_id: str, readings: Readings | None) -> None:
    """Raise ReadingChanged where a dataset is read in another way now, NotFound where it was deleted."""
    for id_, then in (readings or {}).items():
        found = ask(session, some(Dataset, READING), {"id": id_, "project_id": project_id})
        if not found:
            raise NotFound("dataset", id_)
        now = reading_of(found[0])
        if now != then:
            raise ReadingChanged(
                f"Dataset `{id_}` is read in another way now than when the job was made: {_changes(then, now)}."
            )


def _changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    before, after = then["overrides"], now["overrides"]
    names = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    told = (f"`{name}` was {_shown(before.get(name))} and is {_shown(after.get(name))}" for name in names)
    return ", ".join(told) or "the same options give another table"


def _shown(said: Any) -> str:
    text = "not told" if said is None else f"`{json.dumps(said, ensure_ascii=False)}`"
    return text if len(text) <= 80 else f"{text[:79]}…`"
