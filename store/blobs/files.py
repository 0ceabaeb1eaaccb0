"""Large blobs as files beside an SQLite database: on disk before the row that names them, swept when no row does."""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import make_url

LARGE_BYTES = 16 << 20
"""A gigabyte in rows of a megabyte is written twice, to the log and to the database, while nobody else writes."""
PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class BlobFiles:
    """A folder with one file for each large blob, named by its digest."""

    folder: Path

    @classmethod
    def beside(cls, database_url: str) -> "BlobFiles | None":
        """Lie beside the database's file; None for a server or a database in memory, whose clients share no disk."""
        url = make_url(database_url)
        is_file = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
        return cls(Path(str(url.database)).parent / "blobs") if is_file else None

    def path(self, digest: str) -> Path:
        """Tell where a blob lies, or would."""
        return self.folder / digest

    def holds(self, digest: str) -> bool:
        """Whether there is such a file."""
        return self.path(digest).is_file()

    def keep(self, digest: str, file: BinaryIO) -> None:
        """Give a file its place: linked where it can be, else copied; to be called before its row is committed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f"{digest}.", suffix=".part", dir=self.folder)
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as copy:
                if not _is_linked(file, part):
                    file.seek(0)
                    shutil.copyfileobj(file, copy, PIECE_BYTES)
            sync(part)
            part.replace(self.path(digest))
            sync(self.folder)
        finally:
            part.unlink(missing_ok=True)

    def pieces(self, digest: str) -> Iterator[bytes]:
        """Yield a blob's bytes, as they are."""
        with self.path(digest).open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece

    def names(self) -> list[str]:
        """List all files, also those that broke off half-way."""
        return [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []

    def remove(self, names: Collection[str]) -> None:
        """Remove the files of these names; those that are gone already are no error."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Bring a file or a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_linked(file: BinaryIO, place: Path) -> bool:
    """Give an upload's file a second name, which costs nothing; other disks and files without a name are copied."""
    name = getattr(file, "name", None)
    if not isinstance(name, str) or not Path(name).is_file():
        return False
    with suppress(OSError):
        place.unlink()
        os.link(name, place)
        return True
    return False
