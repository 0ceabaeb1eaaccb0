"""Folders for uploads: removed at the end, and swept by the next upload where their process was killed."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "upload-"


@contextmanager
def workspace(home: Path) -> Iterator[Path]:
    """Give a folder of its own to one upload; it is removed at the end, also of a failure.

    Whoever uses a folder holds a lock on it, which the kernel gives back however the process ends.
    """
    uploads = home / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    with locked(uploads):  # nobody sweeps between making a folder and locking it
        sweep(uploads)
        folder = tempfile.TemporaryDirectory(prefix=PREFIX, dir=uploads)
        held = os.open(folder.name, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        with folder:
            yield Path(folder.name)
    finally:
        os.close(held)


def sweep_home(home: Path) -> None:
    """Remove what a process left behind that was killed during uploads."""
    uploads = home / "uploads"
    if uploads.is_dir():
        with locked(uploads):
            sweep(uploads)


def sweep(uploads: Path) -> None:
    """Remove the folders that nobody holds."""
    for path in uploads.glob(f"{PREFIX}*"):
        with suppress(OSError), locked(path, wait=False):
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold a folder's lock; raises BlockingIOError when another holds it and one does not want to wait."""
    held = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(held)
