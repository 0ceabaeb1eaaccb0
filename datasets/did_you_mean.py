"""Did you mean: the known word that is nearest to a wrong one."""

import re
from collections.abc import Iterable, Sequence

LONGEST = 64
LEAST = 3  # fewer letters abbreviate anything
COMPARED = 100  # so many near ones are looked at closely
PARTS = re.compile(r"[^\W_]+")


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` abbreviates, or the one with the fewest edits, or the only one that holds it.

    `val_acc` abbreviates `val_accuracy`: each of its parts begins a part there; of several the shortest is meant. An
    edit is one letter added, left out, changed or swapped with its neighbour (optimal string alignment), at most a
    third of the letters; among equals one with the same first letter wins, then the earlier one. `price` stands in
    `sale_price` as a whole part. Case, `-` and spaces do not count. None where nothing is near.
    """
    if not 0 < len(word) <= LONGEST:
        return None
    plain = normal(word)
    words = {name: normal(name) for name in known if 0 < len(name) <= LONGEST}
    return _abbreviated(plain, words) or _misspelt(plain, words) or _held_by(plain, words)


def normal(word: str) -> str:
    """Return a word as names are written here: lower case, words joined by `_`."""
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def _abbreviated(plain: str, words: dict[str, str]) -> str | None:
    parts = PARTS.findall(plain)
    if not parts:
        return None
    bars = plain.count("_")
    likely = (name for name, full in words.items() if full.startswith(parts[0]) and full.count("_") == bars)
    found = [name for name in likely if _begins(parts, PARTS.findall(words[name]))]
    return min(found, key=lambda name: len(words[name]), default=None)


def _begins(parts: Sequence[str], whole: Sequence[str]) -> bool:
    return len(parts) == len(whole) and all(
        full == part or (len(part) >= LEAST and full.startswith(part)) for part, full in zip(parts, whole, strict=True)
    )


def _misspelt(plain: str, words: dict[str, str]) -> str | None:
    from rapidfuzz import process  # noqa: PLC0415 - an import of 60 modules that only a fault needs
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    most = max(1, len(plain) // 2)  # a third of the longer one, which is at most half as long again
    near = process.extract(plain, words, scorer=OSA.distance, score_cutoff=most, limit=COMPARED)
    found = [
        (distance, name[0].lower() != plain[:1], place, name)
        for place, (_, distance, name) in enumerate(near)  # the fewest edits first, then the earlier one
        if distance <= max(1, max(len(plain), len(name)) // 3) and distance < len(name)
    ]
    return min(found)[-1] if found else None


def _held_by(plain: str, words: dict[str, str]) -> str | None:
    parts = PARTS.findall(plain)
    if sum(map(len, parts)) < LEAST:
        return None
    inner = f" {' '.join(parts)} "
    likely = (name for name, full in words.items() if parts[0] in full)
    found = (name for name in likely if inner in f" {' '.join(PARTS.findall(words[name]))} ")
    first, second = next(found, None), next(found, None)
    return first if second is None else None
