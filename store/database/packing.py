"""Packed bytes: deflated, with the words that specs, models and metrics share known beforehand.

A spec is short, and most of it stands in every other spec; deflated by itself it would still spell out each word once.
`words.txt` is that text. What was packed can only be read with the same words, so the file never changes: zlib notes
their checksum in the first bytes, and refuses others. A new list would be a second file, chosen by that checksum.
"""

import zlib
from functools import cache
from pathlib import Path

WORDS = Path(__file__).with_name("words.txt")
LEVEL, WINDOW_BITS, MEMORY_LEVEL = 6, 14, 6
"""A window that holds the words. With zlib's own, eight times as large, it takes 50 µs to begin instead of 6."""
PACKED = 0x68
"""The first byte of what zlib writes for such a window; no JSON text begins with it."""


def pack(data: bytes) -> bytes:
    """Deflate."""
    packer = _packer().copy()  # to read the words takes as long as to pack a spec
    return packer.compress(data) + packer.flush()


def unpack(data: bytes, *, most: int = 0) -> bytes:
    """Inflate what `pack` wrote, up to `most` bytes where that is told; give back what begins otherwise.

    Raises ValueError for what is damaged or longer.
    """
    if not data or data[0] != PACKED:
        return data
    unpacker = zlib.decompressobj(zdict=_words())
    try:
        found = unpacker.decompress(data, most)
    except zlib.error as error:
        raise ValueError(f"The packed bytes are damaged: {error}.") from error
    if not unpacker.eof:
        raise ValueError("The packed bytes are damaged: their end is missing.")
    return found


@cache
def _words() -> bytes:
    return WORDS.read_bytes()


@cache
def _packer() -> "zlib._Compress":
    return zlib.compressobj(LEVEL, zlib.DEFLATED, WINDOW_BITS, MEMORY_LEVEL, zlib.Z_DEFAULT_STRATEGY, _words())
