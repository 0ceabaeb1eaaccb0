"""What one pass over the bytes of a text shows beside its encoding: quotes, NULs, zeros in front, what is not seen."""

import re
from dataclasses import dataclass

LEADING_ZERO = re.compile(rb"0\d(?<=[,;\t|\n\"]0\d)\d*(?=[,;\t|\r\n\"])")
"""A cell of digits that begins with 0; it begins with what it looks for, which makes it five times as fast."""
_BEFORE = rb'(?=[ ]*[,;\t|\r\n"])'
_BEHIND = rb'(?<=[,;\t|\n"]'
AT_EDGE = tuple(
    re.compile(rb"%b(?:%b|%b%b))" % (character, _BEFORE, _BEHIND, width), re.DOTALL)
    for character, width in (
        (rb"\xc2[\x85\xa0\xad]", rb".."),
        (rb"\xe2\x80[\x80-\x8f\xaf]", rb"..."),
        (rb"\xe2\x81[\x9f\xa0]", rb"..."),
        (rb"\xe3\x80\x80", rb"..."),
        (rb"\xef\xbb\xbf", rb"..."),
    )
)
"""Invisible characters at the edge of what may be a cell; each begins with a literal, which makes it fast."""
LONGEST_DIGITS = 64


class Signs:
    """Looks at UTF-8 text, piece by piece."""

    def __init__(self) -> None:
        self.has_quotes, self.has_nul, self.has_leading_zeros, self.has_invisible = False, False, False, False
        self._end = b"\n"

    def add(self, piece: bytes) -> None:
        """Look at the next piece."""
        self.has_quotes = self.has_quotes or b'"' in piece
        self.has_nul = self.has_nul or b"\0" in piece
        together = self._end + piece
        self.has_leading_zeros = self.has_leading_zeros or LEADING_ZERO.search(together) is not None
        if not self.has_invisible and not together.isascii():
            self.has_invisible = any(edge.search(together) for edge in AT_EDGE)
        self._end = piece[-LONGEST_DIGITS:]

    def end(self) -> None:
        """Take the end of the file for that of a line."""
        self.add(b"\n")


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a pass over the bytes shows; `bad_byte` is the place, from 0, of the first that is no UTF-8."""

    signs: Signs
    bad_byte: int | None
