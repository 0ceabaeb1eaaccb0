"""What is told with an upload: a name, how to read the file, and which earlier upload said the same."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from datasets import Overrides
from datasets.reading.overrides import OTHERS


@dataclass(frozen=True, kw_only=True)
class Instructions:
    """The name of an upload, and how its file is to be read; an encoding that the request names counts, too."""

    name: str
    overrides: Overrides = field(default_factory=Overrides)
    charset: str | None = None

    @property
    def reading(self) -> Overrides:
        """How the file is to be read."""
        if self.overrides.encoding is not None or self.charset is None:
            return self.overrides
        return replace(self.overrides, encoding=Overrides.from_json({"encoding": self.charset}).encoding)

    @property
    def key(self) -> str:
        """The same text for uploads that told the same."""
        return key_of(self.reading)


def key_of(reading: Overrides) -> str:
    """Return the same text for the same way of reading; empty where nothing was told but what UTF-8 is anyway."""
    said = reading.to_json()
    if said.get("encoding") == "utf-8":
        del said["encoding"]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest() if said else ""


def merged(before: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Change what was told before: null takes something back, columns are added to those that were named."""
    columns = {
        name: {**_by_column(before.get(name)), **said} for name, said in told.items() if isinstance(said, Mapping)
    }
    return {name: said for name, said in {**before, **told, **columns}.items() if said is not None}


def _by_column(said: Any) -> Mapping[str, Any]:
    """Name what was said of all columns as what is said of those without a word of their own."""
    return {OTHERS: said} if isinstance(said, str) else said or {}
