"""Local copies of blobs: verified files on this machine's disk, an LRU cache bounded by size."""

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

import structlog
from cachetools import LRUCache

from store.blobs.blobs import Blobs

LIMIT_BYTES = 8 << 30
REMEMBERED = 10_000  # files that a process knows to be whole
SUFFIX = ".arrow"

log = structlog.get_logger(__name__)

Opened = TypeVar("Opened")
Identity = tuple[int, int, int]  # inode, size, time of the last change in nanoseconds


class LocalCopies:
    """Blobs as files for those who map them into memory; all processes of a home share them.

    A process hashes a file before it uses it for the first time, and again when the file is no longer the same one. A
    damaged copy is fetched anew from the store, whose own bytes are verified on the way.
    """

    def __init__(self, blobs: Blobs, folder: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._blobs, self._folder, self._limit_bytes = blobs, folder, limit_bytes
        self._whole: LRUCache[Path, Identity] = LRUCache(REMEMBERED)
        self._lock = Lock()

    def path(self, digest: str, *, hash_again: bool = False) -> Path:
        """Give the path of a file with exactly these bytes; with `hash_again`, of one that was hashed just now.

        Raises `BlobMissing`, and `BlobCorrupt` where the store's own bytes are damaged.
        """
        own = self._blobs.local(digest)
        if own is not None and self._is_whole(own, digest, hash_again=hash_again):
            return own
        path = self._path(digest)
        if self._is_whole(path, digest, hash_again=hash_again):
            used(path)
        else:
            self._fetch(path, digest)
            self._trim(keep=path)
        return path

    def forget(self, digest: str) -> None:
        """Remove the copy of a blob that was deleted."""
        self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self._folder / "rows" / f"{digest}{SUFFIX}"

    def _is_whole(self, path: Path, digest: str, *, hash_again: bool) -> bool:
        try:
            identity = identity_of(path)
            if not hash_again and self._known(path) == identity:
                return True
            with path.open("rb") as file:
                is_whole = hashlib.file_digest(file, "sha256").hexdigest() == digest
        except FileNotFoundError:
            return False
        if is_whole:
            self._remember(path, identity)
        else:
            log.warning("a file is damaged", path=str(path))
        return is_whole

    def _known(self, path: Path) -> Identity | None:
        with self._lock:
            return self._whole.get(path)

    def _remember(self, path: Path, identity: Identity) -> None:
        with self._lock:
            self._whole[path] = identity

    def _fetch(self, path: Path, digest: str) -> None:
        """Write beside, then rename: another process may be reading or fetching the same file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f"{digest}.", suffix=".part", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(self._blobs.stream(digest))
            self._remember(path, identity_of(part))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _trim(self, *, keep: Path) -> None:
        """Remove the least recently used copies beyond the limit; who has one mapped keeps it until done."""
        total = 0
        for path in sorted(self._folder.rglob(f"*{SUFFIX}"), key=last_use, reverse=True):  # also of earlier versions
            with contextlib.suppress(FileNotFoundError):  # another process was faster
                total += path.stat().st_size
                if total > self._limit_bytes and path != keep:
                    path.unlink()


def opened(path: Callable[[], Path], open_: Callable[[Path], Opened]) -> Opened:
    """Open a blob's file, looked for once more where it was trimmed in between; of a deleted one that is told."""
    try:
        return open_(path())
    except FileNotFoundError:
        return open_(path())


def identity_of(path: Path) -> Identity:
    """Describe which file this is; a later write to it gives another identity."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def used(path: Path) -> None:
    """Note that a file was used now; its time of change, by which others know it, stays."""
    with contextlib.suppress(FileNotFoundError):
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))


def last_use(path: Path) -> int:
    """Tell when a file was used last, 0 for one that is gone."""
    try:
        return path.stat().st_atime_ns
    except FileNotFoundError:
        return 0
