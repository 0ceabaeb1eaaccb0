"""The different values of a column as a guess sees them, and a doubt about how they were read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from datasets.columns.forms.missing_words import MissingWords

SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """What might have been meant otherwise: a sentence that goes on after the column's name, and a stable code.

    `told` is what its owner says of the file if it was; a `date_format` is that of the column.
    """

    code: str
    words: str
    told: Mapping[str, str]


@dataclass(frozen=True)
class Values:
    """Different texts that say something, and how often each is there."""

    texts: tuple[str, ...]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, texts: Sequence[str], counts: Sequence[int], words: MissingWords) -> "Values":
        """Leave out what says that there is no value."""
        kept = [(text, int(count)) for text, count in zip(texts, counts, strict=True) if text not in words]
        return cls(tuple(text for text, _ in kept), tuple(count for _, count in kept))

    @property
    def total(self) -> int:
        """How many cells there are."""
        return sum(self.counts)

    def where(self, is_so: Callable[[str], bool]) -> "Values":
        """Return the values of which something is so."""
        kept = [(text, count) for text, count in zip(self.texts, self.counts, strict=True) if is_so(text)]
        return Values(tuple(text for text, _ in kept), tuple(count for _, count in kept))

    def shown(self) -> str:
        """Show the first few."""
        return ", ".join(f"`{text[:40]}`" for text in self.texts[:SHOWN])
