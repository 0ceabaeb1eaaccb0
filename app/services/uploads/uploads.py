"""A file on its way in: streamed to disk in bounded memory while it is hashed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MOST_NAME_CHARS = 200
UNTITLED = "untitled"


@dataclass(frozen=True)
class Received:
    """A file that arrived whole."""

    path: Path
    digest: str
    size: int


def receive(pieces: Iterable[bytes], folder: Path) -> Received:
    """Write a file piece by piece."""
    path, digest, size = folder / "content", hashlib.sha256(), 0
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return Received(path, digest.hexdigest(), size)


def plain_name(file_name: str) -> str:
    """Turn a client's file name into a name to show: never a path, one printable line, without its ending."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in last if character.isprintable()).strip()
    stem, dot, ending = shown.rpartition(".")
    is_ending = bool(dot and stem) and len(ending) <= 5
    return (stem if is_ending else shown).strip(". ")[:MOST_NAME_CHARS] or UNTITLED
