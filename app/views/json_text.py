"""JSON as it is sent: compact, in the order in which it was made, and never a number that is not finite."""

import json
from typing import Any

from store.clock import written
from store.database.written_once import WrittenOnce

dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=written).encode
"""Return a value as JSON; raises ValueError for a number that is not finite: a fault of ours, never an answer."""


def dumps_once(view: dict[str, Any]) -> str:
    """Return an object as JSON; a part that was written already is not written again."""
    parts = (part.text if isinstance(part, WrittenOnce) else dumps(part) for part in view.values())
    return f"{{{','.join(f'{dumps(name)}:{part}' for name, part in zip(view, parts, strict=True))}}}"
