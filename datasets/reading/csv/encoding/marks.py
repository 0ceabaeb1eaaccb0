"""Byte order marks, and what else the first bytes of a file tell about its encoding."""

import codecs

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Encodings by their mark; that of UTF-32 begins with that of UTF-16, and comes first."""
LEAST = 4
MANY, FEW = 0.7, 0.35
"""Shares of zeros in the bytes that hold them in Latin script, and in those that never do."""


def find_mark(head: bytes) -> tuple[str | None, int]:
    """Return the encoding that a mark announces, and the size of the marks: programs write a second one at times."""
    for mark, encoding in MARKS.items():
        size = 0
        while head.startswith(mark, size):
            size += len(mark)
        if size:
            return encoding, size
    return None, 0


def encoding_by_zeros(head: bytes) -> str | None:
    """Return the encoding of two or four bytes for each character that zeros at their places point to."""
    if len(head) < LEAST:
        return None
    for width, low in ((4, 0), (4, 3), (2, 0), (2, 1)):
        shares = [_share_of_zeros(head[place::width]) for place in range(width)]
        if shares[low] < FEW and all(share > MANY for place, share in enumerate(shares) if place != low):
            return f"utf-{8 * width}-{'be' if low else 'le'}"
    return None


def _share_of_zeros(part: bytes) -> float:
    return part.count(0) / max(1, len(part))
