"""Large blobs beside SQLite are files: whole or not there, never handed out damaged, gone when no row names them."""

import io
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import func, select

from store.blobs.blobs import Blobs, Stored, measure
from store.blobs.files import LARGE_BYTES, BlobFiles
from store.database.database import Database
from store.database.tables import BlobChunk
from store.errors import BlobCorrupt

LARGE = bytes(range(256)) * (LARGE_BYTES // 256) + b"end"


@pytest.fixture
def blobs(database: Database, tmp_path: Path) -> Blobs:
    """Open blobs with a folder for large ones; on PostgreSQL, too, where the service has none."""
    return Blobs(database, BlobFiles(tmp_path / "blobs"))


def put(blobs: Blobs, file: BinaryIO) -> Stored:
    """Store bytes as the upload of a dataset does."""
    stored = measure(file)
    with blobs.database.transaction() as session:
        blobs.keep(session, stored, file, may_be_file=True)
    return stored


def test_a_large_blob_is_a_file_and_reads_as_any(blobs: Blobs) -> None:
    """Rows of a megabyte would be written twice, while nobody else may write."""
    stored = put(blobs, io.BytesIO(LARGE))

    with blobs.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(BlobChunk)) == 0
    assert blobs.read(stored.digest) == LARGE
    assert blobs.local(stored.digest) is not None


def test_an_uploaded_file_is_linked_not_copied(blobs: Blobs, tmp_path: Path) -> None:
    """A gigabyte that lies on the disk already need not be written again."""
    (tmp_path / "content").write_bytes(LARGE)

    with (tmp_path / "content").open("rb") as file:
        stored = put(blobs, file)

    path = blobs.local(stored.digest)
    assert path is not None
    assert path.stat().st_ino == (tmp_path / "content").stat().st_ino


def test_a_damaged_file_is_never_handed_out(blobs: Blobs) -> None:
    """A flipped bit on a disk must not become a weight."""
    stored = put(blobs, io.BytesIO(LARGE))
    path = blobs.local(stored.digest)
    assert path is not None
    with path.open("r+b") as file:
        file.seek(1000)
        file.write(b"?")

    with pytest.raises(BlobCorrupt):
        blobs.read(stored.digest)


def test_what_was_rolled_back_or_forgotten_is_swept(blobs: Blobs) -> None:
    """Neither a broken upload nor a deleted dataset keeps gigabytes."""
    kept = put(blobs, io.BytesIO(LARGE))
    forgotten = put(blobs, io.BytesIO(LARGE + b"2"))
    broken = measure(io.BytesIO(LARGE + b"3"))
    with suppress(RuntimeError), blobs.database.transaction() as session:
        blobs.keep(session, broken, io.BytesIO(LARGE + b"3"), may_be_file=True)
        raise RuntimeError
    with blobs.database.transaction() as session:
        blobs.delete(session, forgotten.digest)

    blobs.sweep()

    assert [blobs.local(each.digest) is not None for each in (kept, forgotten, broken)] == [True, False, False]
    assert blobs.files is not None
    assert len(list(blobs.files.folder.iterdir())) == 1


def test_only_a_database_in_a_file_has_files_beside_it(tmp_path: Path) -> None:
    """Workers on other machines share nothing but the database."""
    assert BlobFiles.beside(f"sqlite:///{tmp_path}/chainrule.db") == BlobFiles(tmp_path / "blobs")
    assert BlobFiles.beside("postgresql://somebody@somewhere/chainrule") is None
    assert BlobFiles.beside("sqlite://") is None
