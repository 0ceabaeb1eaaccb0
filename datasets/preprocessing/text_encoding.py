"""Texts as tokens: a vocabulary, and what a network that goes on with a text reads and writes.

A row of ids is source, `<to>`, target, `<end>`, padding. The network reads all but the last id and learns to give, at
each step from `<to>` on, the following one.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import ClassVar

import numpy as np

PADDING, END, SEPARATOR, UNKNOWN = range(4)
SPECIAL = ("<padding>", "<end>", "<to>", "<unknown>")
"""Tokens with a meaning of their own, by id."""

WORDY = 0.5  # share of texts with a space from which on they are read word by word


def tokenize(text: str, unit: str) -> list[str]:
    """Cut a text at its white space, or into characters."""
    return text.split() if unit == "word" else list(text)


def unit_for(texts: Collection[str]) -> tuple[str, str]:
    """Return the unit by which texts are best written, with the reason."""
    share = sum(" " in text.strip() for text in texts) / max(1, len(texts))
    return ("word" if share >= WORDY else "character"), f"{share:.0%} of the texts to write hold a space"


@dataclass(frozen=True, kw_only=True)
class TextEncoding:
    """The ids of a source, the separator, then padding: one input for each step of source and target."""

    kind: ClassVar[str] = "text"
    column: str
    unit: str
    tokens: tuple[str, ...]  # by id, SPECIAL first
    source_length: int  # tokens of the longest source
    target_length: int  # tokens of the longest target

    @property
    def steps(self) -> int:
        """How many ids the network reads."""
        return self.source_length + 1 + self.target_length

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs."""
        return tuple(f"{self.column}[{step}]" for step in range(self.steps))

    @cached_property
    def _index(self) -> dict[str, int]:
        return {token: id_ for id_, token in enumerate(self.tokens) if id_ >= len(SPECIAL)}

    def ids(self, text: str) -> list[int]:
        """Return the ids of a text's tokens; UNKNOWN for those that training did not show."""
        return [self._index.get(token, UNKNOWN) for token in tokenize(text, self.unit)]

    def write(self, ids: np.ndarray, out: np.ndarray) -> None:
        """Fill `out` (rows, steps) from the ids of sources (rows, source_length), padded."""
        rows = np.arange(len(ids))
        out[:] = PADDING
        out[:, : ids.shape[1]] = ids
        out[rows, (ids != PADDING).sum(axis=1)] = SEPARATOR

    def pairs(self, sources: Sequence[str], targets: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return what the network reads, float32 (rows, steps), and learns, int64 (rows, steps): -1 where nothing."""
        rows = np.full((len(sources), self.steps + 1), PADDING, np.int64)
        known = np.arange(self.steps)
        learned = np.zeros((len(sources), self.steps), bool)
        for index, (source, target) in enumerate(zip(sources, targets, strict=True)):
            before = self.ids(source)[: self.source_length]
            written = [*before, SEPARATOR, *self.ids(target)[: self.target_length], END]
            rows[index, : len(written)] = written
            learned[index] = (known >= len(before)) & (known < len(written) - 1)
        return rows[:, :-1].astype(np.float32), np.where(learned, rows[:, 1:], -1)

    def read(self, rows: np.ndarray) -> list[str]:
        """Return the texts that were written behind the separators of rows of ids (rows, steps)."""
        glue = " " if self.unit == "word" else ""
        return [glue.join(self._written(row.tolist())) for row in rows]

    def _written(self, row: list[int]) -> list[str]:
        rest = row[row.index(SEPARATOR) + 1 :] if SEPARATOR in row else row
        stop = next((place for place, id_ in enumerate(rest) if id_ in {END, PADDING}), len(rest))
        return [self.tokens[id_] for id_ in rest[:stop]]


def fit_texts(
    sources: Sequence[str], targets: Sequence[str], column: str, *, unit: str, max_tokens: int
) -> TextEncoding:
    """Take the vocabulary of both sides, the most frequent tokens first, and the longest texts as limits."""
    cut = [[tokenize(text, unit) for text in texts] for texts in (sources, targets)]
    counts = Counter(chain.from_iterable(chain.from_iterable(cut)))
    common = sorted(counts, key=lambda token: (-counts[token], token.encode()))[: max(1, max_tokens - len(SPECIAL))]
    longest = [max((len(tokens) for tokens in side), default=0) for side in cut]
    return TextEncoding(
        column=column,
        unit=unit,
        tokens=(*SPECIAL, *common),
        source_length=max(1, longest[0]),
        target_length=max(1, longest[1]),
    )
