"""Places in a JSON text, with their pointers: found by a walk that is made only where something may be wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from specs.pointers import pointer

# A string that is never closed runs to the end: each character is looked at once, whatever the text.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{},:]|[^\s\[\]{},:"]++', re.DOTALL)

_IS_SIGN = np.isin(np.arange(256), list(b'[]{}"'))
_STEPS = np.zeros(256, np.int8)
_STEPS[[ord("["), ord("{")]], _STEPS[[ord("]"), ord("}")]] = 1, -1


@dataclass
class _Level:
    """A list or object that is being walked through."""

    is_object: bool
    index: int = 0
    key: str | None = None
    keys: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class JsonPlace:
    """A key or a value, with its JSON Pointer and its place in the text."""

    text: str
    start: int
    pointer: str
    is_key: bool
    is_repeated: bool


def deeper_than(text: str, limit: int) -> int | None:
    """Return where the text is first nested deeper than the limit; None if it never is."""
    if "\\" not in text and _deepest(text) <= limit:
        return None
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in {"[", "{"}:
            depth += 1
            if depth > limit:
                return token.start()
        elif token[0] in {"]", "}"}:
            depth -= 1
    return None


def _deepest(text: str) -> int:
    """Count how deep a text without escapes is nested, all of it at once: what stands between quotes does not count."""
    signs = np.frombuffer(text.encode(), np.uint8)
    signs = signs[_IS_SIGN[signs]]
    steps = _STEPS[signs]
    steps[np.cumsum(signs == ord('"')) % 2 == 1] = 0
    return int(np.cumsum(steps).max(initial=0))


def places(text: str) -> Iterator[JsonPlace]:
    """Yield keys and plain values in their order; the text must be JSON but for the words of its values."""
    levels: list[_Level] = []
    for token in _TOKEN.finditer(text):
        word, level = token[0], levels[-1] if levels else None
        if word in {"{", "["}:
            levels.append(_Level(is_object=word == "{"))
        elif word in {"}", "]"} and levels:
            levels.pop()
        elif word == "," and level:
            level.index, level.key = level.index + 1, None
        elif word not in {":", ",", "}", "]"}:
            is_key = level is not None and level.is_object and level.key is None
            repeated = is_key and level is not None and _remember(level, word)
            yield JsonPlace(word, token.start(), _pointer(levels), is_key, repeated)


def line_and_column(text: str, start: int) -> dict[str, int]:
    """Count lines and columns from 1."""
    before = text[:start]
    return {"line": before.count("\n") + 1, "column": start - (before.rfind("\n") + 1) + 1}


def _remember(level: _Level, word: str) -> bool:
    """Note an object's key; tell whether it was there before."""
    level.key = word[1:-1]
    if level.key in level.keys:
        return True
    level.keys.add(level.key)
    return False


def _pointer(levels: list[_Level]) -> str:
    return pointer(tuple(level.key or "" if level.is_object else level.index for level in levels))
