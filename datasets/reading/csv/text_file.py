"""A file of unknown encoding, made readable as UTF-8 on disk."""

import codecs
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from datasets.columns.column import DataWarning
from datasets.errors import BadEncoding, EmptyFile, FilePosition, FileTooLarge
from datasets.limits import Limits
from datasets.reading.csv.encoding.about import about_mark, about_mixed, about_told, line_of, shown_byte
from datasets.reading.csv.encoding.decoders import MIXED, decoder_of, is_mostly_utf8, read_as
from datasets.reading.csv.encoding.marks import encoding_by_zeros, find_mark
from datasets.reading.csv.encoding.signs import PIECE, Signs, Survey
from datasets.reading.csv.guess_encoding import doubts, guess_encodings
from datasets.reading.signatures import refuse_binary, refuse_known_formats

CHUNK = 1 << 20
HEAD = 4096
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
    has_invisible: bool = False  # at the edge of what may be a cell
    warnings: tuple[DataWarning, ...] = field(default=())


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
    refuse(head[find_mark(head)[1] :])
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
    marked, skip = find_mark(head)
    if marked not in {None, "utf-8"}:
        return _transcoded(path, spare, encoding=str(marked), skip=skip)
    refuse_wide_without_mark(head)
    refuse_binary(head)
    survey = survey_bytes(path, skip)
    if survey.bad_byte is None:
        if skip > len(codecs.BOM_UTF8):
            return _transcoded(path, spare, encoding="utf-8", skip=skip)
        return _seen(path, "utf-8-sig" if skip else "utf-8", survey.signs)
    if is_mostly_utf8(path):
        return _mixed(path, spare, survey.bad_byte, skip)
    bad_line = line_of(path, survey.bad_byte)
    if skip:
        raise BadEncoding(
            f"The file announces UTF-8 by its byte order mark, and line {bad_line} is not UTF-8.",
            position=FilePosition(line=bad_line),
            expected="UTF-8",
            hint="Save the file as UTF-8 again.",
        )
    return _guessed(path, spare, bad_line)


def _seen(path: Path, encoding: str, signs: Signs) -> TextFile:
    return TextFile(
        path=path,
        encoding=encoding,
        has_quotes=signs.has_quotes,
        has_nul=signs.has_nul,
        has_leading_zeros=signs.has_leading_zeros,
        has_invisible=signs.has_invisible,
    )


def _as_told(path: Path, head: bytes, spare: Path, told: str) -> TextFile:
    """Read the file in this encoding, or in that which its byte order mark announces."""
    marked, skip = find_mark(head)
    if told in {"utf-8", "utf-8-sig"}:
        _refuse_if_no_utf8(path, skip)
    if marked is not None or told in {"utf-8", "utf-8-sig"}:
        warnings = about_mark(told, marked)
        source = _readable(path, head, spare)
        return replace(source, warnings=(*source.warnings, *warnings))
    encoding = read_as(told, head)
    survey = survey_bytes(path)
    if told == "ascii" and survey.bad_byte is None:
        source = _seen(path, "utf-8", survey.signs)
    else:
        source = _transcoded(path, spare, encoding=encoding, skip=0, is_told=True)
    return replace(source, warnings=about_told(path, told, source.encoding, is_utf8=survey.bad_byte is None))


def _refuse_if_no_utf8(path: Path, skip: int) -> None:
    bad = survey_bytes(path, skip).bad_byte
    if bad is not None:
        line = line_of(path, bad)
        raise BadEncoding(
            f"Line {line} is not UTF-8, which was told to be the encoding: byte {bad + 1} of the file is "
            f"{shown_byte(path, bad)}.",
            position=FilePosition(line=line),
            expected="utf-8",
            hint="Leave `encoding` and `charset` out to have it found out, or name the right one.",
        )


def _mixed(path: Path, spare: Path, bad_byte: int, skip: int) -> TextFile:
    """Read UTF-8 in which few bytes are none, and say so."""
    source = _transcoded(path, spare, encoding=MIXED, skip=skip)
    warning = about_mixed(path, bad_byte, line_of(path, bad_byte))
    return replace(source, encoding="utf-8", warnings=(warning,))


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
        return replace(source, warnings=(warning,))
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


def _transcoded(path: Path, spare: Path, *, encoding: str, skip: int, is_told: bool = False) -> TextFile:
    decoder, signs, line = decoder_of(encoding, is_told=is_told), Signs(), 1
    with path.open("rb") as file, spare.open("wb") as out:
        file.seek(skip)
        while True:
            chunk = file.read(CHUNK)
            try:
                encoded = decoder.decode(chunk, final=not chunk).encode()
            except UnicodeError as error:
                raise _undecodable(error, encoding, line) from error
            out.write(encoded)
            line += encoded.count(b"\n")
            signs.add(encoded)
            if not chunk:
                signs.end()
                return _seen(spare, encoding, signs)


def _undecodable(error: UnicodeError, encoding: str, line: int) -> BadEncoding:
    """Name the line and, where it is known, the byte; `line` is that on which the piece begins."""
    found = None
    if isinstance(error, UnicodeDecodeError):
        line += error.object[: error.start].decode(encoding, "ignore").count("\n")
        found = f"byte 0x{error.object[error.start]:02X}" if error.object[error.start :] else None
    return BadEncoding(
        f"The file is not valid {encoding.upper()} on line {line}.",
        position=FilePosition(line=line),
        found=found,
        expected="UTF-8",
        hint="Save the file as UTF-8.",
    )


def survey_bytes(path: Path, skip: int = 0) -> Survey:
    """Look at every byte once: what `Signs` sees, and whether it is UTF-8."""
    decoder, signs, start, bad_byte = codecs.getincrementaldecoder("utf-8")(), Signs(), skip, None
    with path.open("rb") as file:
        file.seek(skip)
        while chunk := file.read(PIECE):
            if bad_byte is None:
                bad_byte = _first_bad_byte(decoder, chunk, start)
            start += len(chunk)
            signs.add(chunk)
    signs.end()
    if bad_byte is None:
        bad_byte = _first_bad_byte(decoder, b"", start)
    return Survey(signs=signs, bad_byte=bad_byte)


def _first_bad_byte(decoder: codecs.IncrementalDecoder, chunk: bytes, start: int) -> int | None:
    pending = len(decoder.getstate()[0])
    if chunk.isascii() and chunk and not pending:  # much faster than to decode it
        return None
    try:
        decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as error:
        return max(0, start + error.start - pending)
    return None


def refuse_wide_without_mark(head: bytes) -> None:
    """UTF-16 and UTF-32 without a byte order mark cannot be told from binary data safely: name them and refuse."""
    encoding = encoding_by_zeros(head)
    if encoding is not None:
        raise BadEncoding(
            f"The file looks like {encoding[:6].upper()} without a byte order mark.",
            found="zeros at the same places of all characters",
            expected="UTF-8",
            hint=f"Save the file as UTF-8, or send `encoding={encoding}`.",
        )
