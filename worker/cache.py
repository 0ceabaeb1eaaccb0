"""Prepared tables on a worker's own disk, by digest, so that a second job on the same data fetches nothing."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from datasets import digest_file

Stream = Callable[[str], Iterator[bytes]]

LIMIT_BYTES = 8 << 30


def cached(folder: Path, digest: str, stream: Stream, *, limit_bytes: int = LIMIT_BYTES) -> Path:
    """Give the path of a file with exactly these bytes; fetches it where it is absent or damaged.

    The file is hashed at every use: a result must not depend on what happened to a disk in between. Of the others,
    those that were not used for longest go when all together exceed the limit.
    """
    path = folder / f"{digest}.arrow"
    if not is_whole(path, digest):
        folder.mkdir(parents=True, exist_ok=True)
        _fetch(path, digest, stream)
    os.utime(path)
    _trim(folder, path, limit_bytes)
    return path


def is_whole(path: Path, digest: str) -> bool:
    """Whether there is a file with exactly these bytes."""
    try:
        return digest_file(path) == digest
    except FileNotFoundError:
        return False


def _fetch(path: Path, digest: str, stream: Stream) -> None:
    """Write beside, then rename: another worker on this machine may be reading or fetching the same file."""
    descriptor, name = tempfile.mkstemp(prefix=f"{digest}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(stream(digest))
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _trim(folder: Path, keep: Path, limit_bytes: int) -> None:
    total = 0
    for path in sorted(folder.glob("*.arrow"), key=_last_use, reverse=True):
        with contextlib.suppress(FileNotFoundError):  # another worker was faster
            total += path.stat().st_size
            if total > limit_bytes and path != keep:
                path.unlink()  # who has it mapped keeps it until done


def _last_use(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
