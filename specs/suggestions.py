"""Did you mean: the known word that is nearest to a wrong one."""

from collections.abc import Iterable, Sequence

LONGEST = 64
MOST_COMPARED = 300  # a comparison costs some 50 µs; a wide table has ten thousand names


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word with the fewest edits (one letter added, left out, changed or swapped) from `word`.

    Among equals one with the same first letter wins, then the earlier one. None when every known word is further away
    than a third of its letters. Case, `-` and spaces do not count. Of many words those that begin or end alike are
    compared, up to a bound.
    """
    if not 0 < len(word) <= LONGEST:
        return None
    plain = normal(word)
    best: tuple[int, bool, int, str] | None = None
    for place, candidate in enumerate(_likely(plain, list(known))):
        if not candidate or len(candidate) > LONGEST:
            continue
        most = max(1, max(len(plain), len(candidate)) // 3)
        distance = edits(plain, normal(candidate), most=min(most, best[0]) if best else most)
        if distance <= most and distance < len(candidate):
            found = (distance, candidate[0].lower() != plain[:1], place, candidate)
            best = min(best, found) if best else found
    return best[-1] if best else None


def normal(word: str) -> str:
    """Return a word as names are written here: lower case, words joined by `_`."""
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def edits(one: str, other: str, *, most: int = LONGEST) -> int:
    """Count the edits between two words (optimal string alignment); anything above `most` if there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return row[-1]


def _likely(plain: str, known: Sequence[str]) -> Sequence[str]:
    """Return all words if they are few, else those that share a third of their letters at either end."""
    if len(known) <= MOST_COMPARED:
        return known
    third = max(1, len(plain) // 3)
    head, tail = plain[:third], plain[-third:]
    both, either = [], []
    for candidate in known:
        name = normal(candidate)
        begins, ends = name.startswith(head), name.endswith(tail)
        if begins and ends:
            both.append(candidate)
        elif begins or ends:
            either.append(candidate)
    return [*both, *either][:MOST_COMPARED]
