"""What makes text out of bytes: Python's decoders, with names read as browsers do, and one for files of two encodings.

Source: WHATWG, Encoding Standard, https://encoding.spec.whatwg.org (labels; index windows-1252).
"""

import codecs
from pathlib import Path
from typing import Protocol

from datasets.reading.csv.encoding.marks import encoding_by_zeros

SUCCESSORS = {
    **dict.fromkeys(("ascii", "iso8859-1"), "cp1252"),
    "iso8859-9": "cp1254",
    **dict.fromkeys(("iso8859-11", "tis-620"), "cp874"),
    "shift_jis": "cp932",
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""Encodings that are read as what holds all of their characters and more: texts that name the one are in the other."""
WINDOWS = {byte: character for byte in range(0x80, 0xA0) if (character := bytes([byte]).decode("cp1252", "ignore"))}
"""What Windows-1252 has where Latin-1 has controls; of its 32 places 5 are empty."""
ESCAPED = {0xDC00 + byte: WINDOWS.get(byte, chr(byte)) for byte in range(0x80, 0x100)}
"""Bytes that were no UTF-8, as `surrogateescape` has them."""
MIXED = "utf-8 with cp1252"
CHUNK = 1 << 20


class Decoder(Protocol):
    """Decodes a stream of bytes, piece by piece."""

    def decode(self, data: bytes, final: bool = False) -> str:  # noqa: FBT001, FBT002 - as in codecs
        """Return the text; raises UnicodeDecodeError."""


class Windows1252:
    """Every byte is a character: the empty places of Windows-1252 are controls, as they are in Latin-1."""

    def decode(self, data: bytes, final: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002
        """Return as many characters as there are bytes."""
        return data.decode("latin-1").translate(WINDOWS)


class MixedUtf8:
    """UTF-8, in which every byte that is none is taken for Windows-1252."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self.good, self.bad = 0, 0

    def decode(self, data: bytes, final: bool = False) -> str:  # noqa: FBT001, FBT002
        """Return the text; counts characters outside ASCII that are UTF-8, and bytes that are not."""
        text = self._decoder.decode(data, final)
        if text.isascii():
            return text
        outside = len(text) - len(text.encode("ascii", "ignore"))
        bad = len(text) - len(text.encode("utf-8", "ignore").decode())
        self.good, self.bad = self.good + outside - bad, self.bad + bad
        return text.translate(ESCAPED) if bad else text


def is_mostly_utf8(path: Path) -> bool:
    """Tell whether more characters outside ASCII are UTF-8 than bytes are not, which nothing else looks like."""
    decoder = MixedUtf8()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
    decoder.decode(b"", final=True)
    return decoder.good > decoder.bad


def decoder_of(encoding: str, *, is_told: bool = False) -> Decoder:
    """Return a decoder; of an encoding that was told to be Latin-1 every byte is a character."""
    if encoding == MIXED:
        return MixedUtf8()
    return Windows1252() if is_told and encoding == "cp1252" else codecs.getincrementaldecoder(encoding)()


def read_as(told: str, head: bytes) -> str:
    """Return the encoding in which a file is read that is told to be in this one; `head` shows the order of bytes."""
    if told in {"utf-16", "utf-32"}:
        shown = encoding_by_zeros(head) or ""
        return shown if shown.startswith(told) else f"{told}-le"
    return SUCCESSORS.get(told, told)
