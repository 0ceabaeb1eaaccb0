"""Words that say that there is no value: those of every column, those of numbers and dates, and an owner's own."""

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.cells import MISSING_MARKS, SPACE, is_number, number_text

ERRORS = ("#n/a", "#na", "#n/a n/a", "#div/0!", "#ref!", "#value!", "#name?", "#null!", "#num!", "#spill!", "#calc!")
"""What spreadsheets write where a formula has no value."""
OTHERS = (
    *("<na>", "nat", "nil", "none", "null", "nan", "+nan", "-nan", "na", "n/a", "n.a.", "n.a", "n/d", "n.d.", "nd"),
    *("(null)", "(none)", "(blank)", "<null>", "<none>", "[null]", "\\n", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"),
    *("missing", "(missing)", "blank", "empty", "undefined", "void", "k.a.", "k. a.", "-", "--", "---", "\u2013"),
    *("\u2014", "\u2212", ".", "..", "...", "\u2026", "?", "??", "*", "_", "/", "n/v", "n.v.", "not available"),
)
ENDS = ("", ".", ".0", ",0", ".00", ",00")
"""What may stand behind a whole number that stays the same."""
ZEROS = re.compile(r"0[0-9]")


@dataclass(frozen=True)
class MissingWords:
    """A list of words, compared as they are written or in any case; an empty cell needs no word.

    `said` are those that an owner has given; None where they are the usual ones. Such as are numbers, `-999`, stand
    for this number however it is written.
    """

    words: tuple[str, ...]
    any_case: bool = False
    said: tuple[str, ...] | None = None

    @cached_property
    def _set(self) -> frozenset[str]:
        return frozenset({"", *self.words})

    @cached_property
    def _array(self) -> pa.Array:
        return pa.array(["", *self.words], pa.string())

    def are_in(self, trimmed: pa.Array) -> pa.Array:
        """Tell for each trimmed cell whether it says that there is no value."""
        return pc.is_in(pc.utf8_lower(trimmed) if self.any_case else trimmed, value_set=self._array)

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The numbers that say that there is no value."""
        found = (number_of(word) for word in self.said or ())
        return tuple(number for number in found if number is not None)

    @cached_property
    def _numbers(self) -> pa.Array:
        return pa.array(self.numbers, pa.float64())

    def are_numbers_of(self, numbers: pa.Array) -> pa.Array:
        """Tell for each float whether it says that there is no value."""
        return pc.is_in(numbers, value_set=self._numbers, skip_nulls=True)

    def __contains__(self, text: str) -> bool:
        """Whether a cell says that there is no value."""
        trimmed = text.strip(SPACE)
        return (trimmed.lower() if self.any_case else trimmed) in self._set


def number_of(word: str) -> float | None:
    """Return the number that a word is; None for another, and for one whose zeros in front make it a code."""
    if not is_number(word) or ZEROS.match(word.strip("+- ")):
        return None
    number = float(word)
    return number if math.isfinite(number) else None


def _spellings(word: str) -> tuple[str, ...]:
    """List how the number that a word is may be written in a file of text."""
    number = number_of(word)
    if number is None:
        return ()
    plain = number_text(number)
    if not number.is_integer():
        return plain, plain.replace(".", ",")
    return tuple(sign + plain.lstrip("-") + end for sign in _signs(number) for end in ENDS)


def _signs(number: float) -> tuple[str, ...]:
    return ("-", "\u2212") if number < 0 else ("", "+")


USUAL = MissingWords(MISSING_MARKS)
"""Of every column: what is among these is no text."""
OF_NUMBERS = MissingWords((*ERRORS, *OTHERS), any_case=True)
"""Of columns of numbers and dates, where a word cannot be a value."""


def words_of(given: Sequence[str] | None, usual: MissingWords = USUAL) -> MissingWords:
    """Return an owner's own words, or the usual ones where none are given.

    Among numbers and dates the usual ones hold beside the owner's: they cannot be values there.
    """
    if given is None:
        return usual
    spelled = tuple(dict.fromkeys(itertools.chain(given, *map(_spellings, given))))
    words = (*usual.words, *(word.lower() for word in spelled)) if usual.any_case else spelled
    return MissingWords(words, any_case=usual.any_case, said=tuple(given))


def words_in_rows(given: Sequence[str] | None) -> MissingWords:
    """Return the words that mean nothing among texts to be predicted, as far as they are no known values."""
    return OF_NUMBERS if given is None else words_of(given)
