"""A file of unknown encoding, made readable as UTF-8 on disk."""

import codecs
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from datasets.columns.column import DataWarning
from datasets.errors import BadEncoding, EmptyFile, FilePosition, FileTooLarge
from datasets.limits import Limits
from datasets.reading.csv.guess_encoding import doubts, guess_encodings
from datasets.reading.signatures import refuse_binary, refuse_known_formats

CHUNK = 1 << 20
HEAD = 4096
LEADING_ZERO = re.compile(rb"0\d(?<=[,;\t|\n\"]0\d)\d*(?=[,;\t|\r\n\"])")
"""A cell of digits that begins with 0; it begins with what it looks for, which makes it five times as fast."""
LONGEST_DIGITS = 64
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
MOST_GUESSES = 3  # each is tried on the whole file
FALLBACKS = ("cp1252", "latin-1")
"""Tried last, in this order: Windows-1252 is latin-1 with printable characters where latin-1 has controls."""


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """A readable file: UTF-8 text at `path`, and what one pass over its bytes has shown."""

    path: Path
    encoding: str
    has_quotes: bool
    has_nul: bool
    has_leading_zeros: bool = False  # in a cell of digits
    warnings: tuple[DataWarning, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What one pass over the bytes shows; `bad_line` is the first line that is not UTF-8."""

    has_quotes: bool
    has_nul: bool
    has_leading_zeros: bool
    bad_line: int | None


@contextmanager
def open_text_file(
    path: Path,
    limits: Limits,
    *,
    encoding: str | None = None,
    refuse: Callable[[bytes], None] = refuse_known_formats,
) -> Iterator[TextFile]:
    """Give the file as UTF-8; a file in another encoding is rewritten into a temporary one that ends with the block.

    `encoding` is obeyed where it is told; without it UTF-8 is tried, then what the bytes look like.
    Raises BadEncoding where the bytes are no text in the encoding that was told.
    """
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise FileTooLarge(
            f"The file has {size} bytes; the limit is {limits.max_bytes}.", found=size, expected=limits.max_bytes
        )
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        _refuse_blank(path)
    refuse(head.removeprefix(codecs.BOM_UTF8))
    with tempfile.TemporaryDirectory(prefix="chainrule-") as folder:
        spare = Path(folder) / "utf8.csv"
        yield _readable(path, head, spare) if encoding is None else _as_told(path, head, spare, encoding)


def _refuse_blank(path: Path) -> None:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if chunk.strip():
                return
    raise EmptyFile("The file is empty.", found="no text", expected="a header and at least one row")


def _readable(path: Path, head: bytes, spare: Path) -> TextFile:
    if head[:2] in UTF16:
        return _transcoded(path, spare, encoding=UTF16[head[:2]], skip=2)
    refuse_utf16_without_mark(head)
    refuse_binary(head)
    survey = survey_bytes(path)
    if survey.bad_line is None:
        encoding = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
        return TextFile(
            path=path,
            encoding=encoding,
            has_quotes=survey.has_quotes,
            has_nul=survey.has_nul,
            has_leading_zeros=survey.has_leading_zeros,
        )
    if head.startswith(codecs.BOM_UTF8):
        raise BadEncoding(
            f"The file announces UTF-8 by its byte order mark, and line {survey.bad_line} is not UTF-8.",
            position=FilePosition(line=survey.bad_line),
            expected="UTF-8",
            hint="Save the file as UTF-8 again.",
        )
    return _guessed(path, spare, survey.bad_line)


def _as_told(path: Path, head: bytes, spare: Path, encoding: str) -> TextFile:
    """Read the file in this encoding; a byte order mark that announces the same one is left out."""
    if encoding in {"utf-8", "utf-8-sig", "ascii"}:
        survey = survey_bytes(path)
        if survey.bad_line is not None:
            raise BadEncoding(
                f"Line {survey.bad_line} is not UTF-8, which was told to be the encoding.",
                position=FilePosition(line=survey.bad_line),
                expected="utf-8",
                hint="Leave `encoding` and `charset` out to have it found out, or name the right one.",
            )
        return _readable(path, head, spare)
    mark = next((mark for mark in UTF16 if head.startswith(mark)), b"")
    is_utf16 = encoding.startswith("utf-16")
    if is_utf16:
        encoding = UTF16.get(mark, "utf-16-le" if encoding == "utf-16" else encoding)
    return _transcoded(path, spare, encoding=encoding, skip=len(mark) if is_utf16 else 0)


def _guessed(path: Path, spare: Path, bad_line: int) -> TextFile:
    guesses = guess_encodings(path)
    likely = [guess.encoding for guess in guesses[:MOST_GUESSES]]
    for encoding in dict.fromkeys((*likely, *FALLBACKS)):
        try:
            source = _transcoded(path, spare, encoding=encoding, skip=0)
        except BadEncoding:
            continue
        rivals = doubts(guesses) if likely[:1] == [encoding] else []
        doubt = f"; {' or '.join(rivals)} would fit as well" if rivals else ""
        warning = DataWarning(
            code="data.encoding_guessed",
            message=f"Line {bad_line} is not UTF-8; the file is read as {encoding}{doubt}. "
            "Save it as UTF-8 to be sure.",
            position=FilePosition(line=bad_line),
            patch={"encoding": next((rival for rival in rivals if _decodes(path, rival)), encoding)},
        )
        return TextFile(**{**source.__dict__, "warnings": (warning,)})
    raise AssertionError("latin-1 decodes every byte")


def _decodes(path: Path, encoding: str) -> bool:
    """Whether all of the file is text in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def _transcoded(path: Path, spare: Path, *, encoding: str, skip: int) -> TextFile:
    decoder = codecs.getincrementaldecoder(encoding)()
    line, quotes, nul, zeros, end = 1, False, False, False, b""
    with path.open("rb") as file, spare.open("wb") as out:
        file.seek(skip)
        while True:
            chunk = file.read(CHUNK)
            try:
                encoded = decoder.decode(chunk, final=not chunk).encode()
            except UnicodeError as error:
                raise BadEncoding(
                    f"The file is not valid {encoding.upper()} near line {line}.",
                    position=FilePosition(line=line),
                    expected="UTF-8",
                    hint="Save the file as UTF-8.",
                ) from error
            out.write(encoded)
            line += encoded.count(b"\n")
            quotes = quotes or b'"' in encoded
            nul = nul or b"\0" in encoded
            zeros = zeros or LEADING_ZERO.search(end + encoded) is not None
            end = encoded[-LONGEST_DIGITS:]
            if not chunk:
                return TextFile(path=spare, encoding=encoding, has_quotes=quotes, has_nul=nul, has_leading_zeros=zeros)


def survey_bytes(path: Path) -> Survey:
    """Look at every byte once: quotes, NULs, leading zeros, and whether it is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    quotes, nul, zeros, start, bad_byte, end = False, False, False, 0, None, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if bad_byte is None:
                bad_byte = _first_bad_byte(decoder, chunk, start)
            start += len(chunk)
            quotes = quotes or b'"' in chunk
            nul = nul or b"\0" in chunk
            zeros = zeros or LEADING_ZERO.search(end + chunk) is not None
            end = chunk[-LONGEST_DIGITS:]
    if bad_byte is None:
        bad_byte = _first_bad_byte(decoder, b"", start)
    bad_line = None if bad_byte is None else line_of(path, bad_byte)
    return Survey(has_quotes=quotes, has_nul=nul, has_leading_zeros=zeros, bad_line=bad_line)


def _first_bad_byte(decoder: codecs.IncrementalDecoder, chunk: bytes, start: int) -> int | None:
    pending = len(decoder.getstate()[0])
    if chunk.isascii() and chunk and not pending:  # much faster than to decode it
        return None
    try:
        decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as error:
        return max(0, start + error.start - pending)
    return None


def line_of(path: Path, byte: int) -> int:
    """Return the line on which a byte stands."""
    line, left = 1, byte
    with path.open("rb") as file:
        while left and (chunk := file.read(min(CHUNK, left))):
            line, left = line + chunk.count(b"\n"), left - len(chunk)
    return line


def refuse_utf16_without_mark(head: bytes) -> None:
    """UTF-16 text without its byte order mark cannot be told from binary data safely: name it and refuse."""
    even, odd = head[0::2], head[1::2]
    if len(head) >= 4 and max(even.count(0), odd.count(0)) > 0.7 * len(odd) > 2 * min(even.count(0), odd.count(0)):
        raise BadEncoding(
            "The file looks like UTF-16 without a byte order mark.",
            found="every second byte is zero",
            expected="UTF-8",
            hint="Save the file as UTF-8.",
        )
