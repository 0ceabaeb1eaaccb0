"""Warnings about encodings: what a label, a byte order mark or single bytes say against what was taken."""

import re
from pathlib import Path

from datasets.columns.column import DataWarning
from datasets.errors import FilePosition, shorten

CHUNK = 1 << 20
UTF8_WORD = re.compile(rb"[A-Za-z]{0,20}[\xc3-\xf4][\x80-\xbf]{1,3}[A-Za-z\x80-\xf4]{0,20}")
CONTROLS = re.compile(rb"[\x80-\x9f]")
OUTSIDE_ASCII = re.compile(rb"[\x80-\xff]")


def line_of(path: Path, byte: int) -> int:
    """Return the line on which a byte stands."""
    line, left = 1, byte
    with path.open("rb") as file:
        while left and (chunk := file.read(min(CHUNK, left))):
            line, left = line + chunk.count(b"\n"), left - len(chunk)
    return line


def shown_byte(path: Path, byte: int) -> str:
    """Write a byte of a file as `0xE9`."""
    with path.open("rb") as file:
        file.seek(byte)
        return f"0x{file.read(1)[0]:02X}"


def about_mark(told: str, marked: str | None) -> tuple[DataWarning, ...]:
    """Say that a byte order mark announces another encoding than was told, and is believed."""
    if marked is None or told.startswith(marked[:6]):
        return ()
    message = f"The file begins with a byte order mark of {marked.upper()} and is read so, though {told} was told."
    return (DataWarning(code="data.encoding_doubted", message=message, patch={"encoding": marked}),)


def about_told(path: Path, told: str, taken: str, *, is_utf8: bool) -> tuple[DataWarning, ...]:
    """Say what speaks against the encoding that was told: bytes that it does not have, or nothing but UTF-8."""
    place = _first(path, OUTSIDE_ASCII)
    if place is None or told.startswith(("utf", "iso2022", "hz")):
        return ()
    if is_utf8:
        line = line_of(path, place)
        message = (
            f"All characters outside ASCII (the first is on line {line}) are valid UTF-8, which text in another "
            f"encoding hardly ever is; {told} was told, and the file is read as {taken}."
        )
        position = FilePosition(line=line)
        return (_doubted(message, position, "utf-8"),)
    place = place if told == "ascii" else _first(path, CONTROLS)
    if place is None or not told.startswith(("iso8859", "ascii")):
        return ()
    line = line_of(path, place)
    is_same = taken == told
    message = f"Byte {shown_byte(path, place)} on line {line} is no character of {told}, which was told; " + (
        "in cp1252 it is one." if is_same else f"the file is read as {taken}, which has all of its and more."
    )
    return (_doubted(message, FilePosition(line=line), "cp1252" if is_same else taken),)


def _doubted(message: str, position: FilePosition, encoding: str) -> DataWarning:
    return DataWarning(code="data.encoding_doubted", message=message, position=position, patch={"encoding": encoding})


def about_mixed(path: Path, bad_byte: int, line: int) -> DataWarning:
    """Say which byte of a file in UTF-8 is none, and what the two ways of reading it would give."""
    with path.open("rb") as file:
        file.seek(bad_byte)
        byte = file.read(1)
    read = byte.decode("cp1252", "replace")
    word = shorten(_first_word(path).decode(errors="replace"), 30)
    wrong = shorten(word.encode(errors="replace").decode("cp1252", "replace"), 30)
    return DataWarning(
        code="data.encoding_mixed",
        message=f"Byte 0x{byte[0]:02X} on line {line} is not UTF-8, as most characters outside ASCII are: it is "
        f"taken for `{read}`, as in cp1252, and so are others like it. As cp1252 throughout, `{word}` would become "
        f"`{wrong}`. Save the file as UTF-8 to be sure.",
        position=FilePosition(line=line),
        patch={"encoding": "cp1252"},
    )


def _first_word(path: Path) -> bytes:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            for found in UTF8_WORD.finditer(chunk):
                if _is_utf8(found[0]):
                    return found[0]
    return b""


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _first(path: Path, pattern: re.Pattern[bytes]) -> int | None:
    """Return the place of the first byte that the pattern finds."""
    start = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if (found := pattern.search(chunk)) is not None:
                return start + found.start()
            start += len(chunk)
    return None
