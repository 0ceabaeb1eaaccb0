"""Names for layers that were given none."""

from collections import Counter
from collections.abc import Iterable


class Names:
    """Numbers layers by their type, `dense_1`, `dense_2`, around the names that are taken."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._counts: Counter[str] = Counter()

    def next(self, kind: str) -> str:
        """Return the name of the next layer of a type."""
        self._counts[kind] += 1
        name = f"{kind}_{self._counts[kind]}"
        while name in self._taken:
            self._counts[kind] += 1
            name = f"{kind}_{self._counts[kind]}"
        self._taken.add(name)
        return name

    def skip(self, kind: str) -> None:
        """Count a layer that has a name of its own."""
        self._counts[kind] += 1
