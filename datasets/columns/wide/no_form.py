"""Columns of text in a table that is one block of which no form of numbers or dates is to be guessed."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.forms.date_words import MONTHS
from datasets.columns.forms.duration_form import PATTERNS
from datasets.columns.forms.guess import FIRST, GLANCE
from datasets.columns.forms.guess_date import DIGITS
from datasets.columns.forms.missing_words import OF_NUMBERS
from datasets.columns.forms.number_form import grouped
from datasets.columns.forms.number_parts import CELL

PLAIN = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$"
MAY_BE_GROUPED = rf"^[+-]?{grouped('.')}$"
OUTSIDE_ASCII = r"[^\x00-\x7f]"
MONTH = f"(?i){'|'.join(month for month in MONTHS if month.isascii())}"
MAY_BE_FORMED = (CELL, DIGITS, MONTH, OUTSIDE_ASCII, *PATTERNS.values())
"""A text without any of these is no number, date or duration."""
MOST_VALUES = 1000
"""A guess looks at no more."""


def hold_words(different: pa.Array, firsts: np.ndarray, distinct: np.ndarray) -> np.ndarray:
    """Tell for each column whether `guess_form` would see at a glance that it holds words.

    `firsts` are the places among the `different` texts of each column's values, in the order in which they come, one
    column behind the other; `distinct` counts those of each column.
    """
    columns = np.repeat(np.arange(len(distinct)), distinct)
    says = ~np.asarray(OF_NUMBERS.are_in(different))[firsts]
    said = says.cumsum()
    place = said - np.append(0, said)[distinct.cumsum() - distinct][columns]  # from 1 in each column
    is_shown = says & (place <= GLANCE)
    looked_at = np.unique(firsts[is_shown])
    texts = different.take(pa.array(looked_at))
    may_be = np.zeros(len(different), bool)
    for pattern in MAY_BE_FORMED:
        may_be[looked_at] |= np.asarray(pc.match_substring_regex(texts, pattern))
    may_be = may_be[firsts] & is_shown

    def count(are: np.ndarray) -> np.ndarray:
        return np.bincount(columns[are], minlength=len(distinct))

    none_first = count(may_be & (place <= FIRST)) == 0
    told: np.ndarray = none_first | (2 * count(may_be) <= count(is_shown))
    return told


def hold_plain_numbers(different: pa.Array, codes: np.ndarray, distinct: np.ndarray, misfits: np.ndarray) -> np.ndarray:
    """Tell for each column whether `guess_form` could find only that its numbers are plain, which not all cells are.

    That is so where plain numbers are more than half of the cells, their points are those of decimals, and nothing
    beside them looks like a number. `codes` (columns, rows) tell for each cell which of the `different` texts it is, -1
    for none; `misfits` are the places in each column of the first cell that is no number, -1 for none.
    """
    is_plain = _each(pc.match_substring_regex(different, PLAIN), codes)
    is_word = _each(OF_NUMBERS.are_in(different), codes)
    # Where the first misfit is a word for no value, all other cells may be numbers.
    is_mixed = (misfits >= 0) & ~is_word[np.arange(len(misfits)), misfits] & (distinct <= MOST_VALUES)
    rows = np.flatnonzero(is_mixed & (2 * is_plain.sum(axis=1) > (codes >= 0).sum(axis=1)))
    told = np.zeros(len(codes), bool)
    if len(rows):
        used, places = np.unique(codes[rows], return_inverse=True)
        texts = different.take(pa.array(used, mask=used < 0)).fill_null("")
        told[rows] = _are_beside_words(texts, places.reshape(len(rows), -1))
    return told


def _are_beside_words(texts: pa.Array, codes: np.ndarray) -> np.ndarray:
    """Tell for each column whether its plain numbers have decimals or no points, and all else looks like no number."""
    is_plain = pc.match_substring_regex(texts, PLAIN)
    others = _each(pc.and_not(pc.match_substring_regex(texts, f"{OUTSIDE_ASCII}|{CELL}"), is_plain), codes)
    has_point = pc.and_(is_plain, pc.match_substring(texts, "."))
    has_decimals = _each(pc.and_not(has_point, pc.match_substring_regex(texts, MAY_BE_GROUPED)), codes).any(axis=1)
    has_points = _each(has_point, codes).any(axis=1)
    told: np.ndarray = np.logical_and(~others.any(axis=1), has_decimals | ~has_points)
    return told


def _each(is_so: pa.Array, codes: np.ndarray) -> np.ndarray:
    """Lay out by cell what is so of each text; of a missing one it is not."""
    cells: np.ndarray = np.append(np.asarray(is_so), np.False_)[codes]
    return cells
