"""Did you mean: the known word that is nearest to a wrong one."""

from collections.abc import Iterable

LONGEST = 64


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word with the fewest edits (one letter added, left out, changed or swapped) from `word`.

    Among equals one with the same first letter wins, then the earlier one. None when every known word is further away
    than a third of its letters. Case, `-` and spaces do not count.
    """
    if not 0 < len(word) <= LONGEST:
        return None
    plain = normal(word)
    best: tuple[int, bool, int, str] | None = None
    for place, candidate in enumerate(known):
        if len(candidate) > LONGEST:
            continue
        distance = edits(plain, normal(candidate))
        if distance <= max(1, max(len(plain), len(candidate)) // 3) and distance < len(candidate):
            found = (distance, candidate[0].lower() != plain[0], place, candidate)
            best = min(best, found) if best else found
    return best[-1] if best else None


def normal(word: str) -> str:
    """Return a word as names are written here: lower case, words joined by `_`."""
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def edits(one: str, other: str) -> int:
    """Count the edits between two words (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
