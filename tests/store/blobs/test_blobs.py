"""Bytes are stored once under their digest, and never handed out damaged."""

import hashlib
import io
import tracemalloc
from functools import partial

import pytest
from sqlalchemy import delete, func, select, update

from store.blobs.blobs import CHUNK_BYTES, Blobs
from store.database.database import Database
from store.database.tables import Blob, BlobChunk
from store.errors import BlobCorrupt, BlobMissing, InUse
from tests.store.samples import add_dataset, at_once, claimed, finish, read

LARGE = b"".join(number.to_bytes(4, "big") for number in range(700_000))  # 2.7 chunks, no two alike


class Trickle(io.BytesIO):
    """A file that gives less than it is asked for, as sockets do."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Give at most a few thousand bytes."""
        return super().read(min(size, 5000) if size and size > 0 else 5000)


@pytest.fixture
def blobs(database: Database) -> Blobs:
    """Open the blobs of a database."""
    return Blobs(database)


def rows(database: Database) -> tuple[int, int]:
    """Count blobs and chunks."""
    with database.reading() as session:
        count = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Blob, BlobChunk)]
    return count[0], count[1]


@pytest.mark.parametrize("content", [b"", b"x", LARGE[:CHUNK_BYTES], LARGE[: CHUNK_BYTES + 1], LARGE])
def test_what_is_put_can_be_read(blobs: Blobs, content: bytes) -> None:
    """Chunk borders are where such code goes wrong."""
    stored = blobs.put(None, io.BytesIO(content))

    assert stored.digest == hashlib.sha256(content).hexdigest()
    assert stored.size == blobs.size(stored.digest) == len(content)
    assert blobs.read(stored.digest) == content
    with blobs.open(stored.digest) as file:
        assert file.read() == content


def test_an_opened_blob_reads_like_a_file(blobs: Blobs) -> None:
    """Readers ask for as much as they like."""
    digest = blobs.put(None, io.BytesIO(LARGE)).digest

    with blobs.open(digest) as file:
        pieces = [file.read(1), file.read(CHUNK_BYTES), file.read(12345), file.read()]

    assert b"".join(pieces) == LARGE


def test_a_source_in_small_pieces_makes_whole_chunks(blobs: Blobs, database: Database) -> None:
    """Otherwise the same bytes would be many thousand rows."""
    digest = blobs.put(None, Trickle(LARGE)).digest

    assert blobs.read(digest) == LARGE
    assert rows(database) == (1, 3)


def test_equal_bytes_are_stored_once(blobs: Blobs, database: Database) -> None:
    """Twenty jobs with the same seed make the same weights."""
    assert blobs.put(None, io.BytesIO(LARGE)) == blobs.put(None, io.BytesIO(LARGE))

    assert rows(database) == (1, 3)


def test_equal_bytes_may_be_stored_at_once(blobs: Blobs, database: Database) -> None:
    """Two people upload the same file in the same second."""
    stored = at_once(*[partial(blobs.put, None, io.BytesIO(LARGE)) for _ in range(4)])

    assert len({each.digest for each in stored}) == 1
    assert rows(database) == (1, 3)


def test_a_blob_comes_and_goes_with_its_transaction(blobs: Blobs, database: Database) -> None:
    """A model without weights, or weights without a model, must never be seen."""

    def put_and_fail() -> None:
        with database.transaction() as session:
            blobs.put(session, io.BytesIO(b"x"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        put_and_fail()

    assert rows(database) == (0, 0)


def test_missing_bytes_are_told_as_such(blobs: Blobs) -> None:
    """Missing and damaged have different causes."""
    with pytest.raises(BlobMissing):
        blobs.read("0" * 64)


@pytest.mark.parametrize("seq", [0, 1, 2])
def test_damaged_bytes_are_never_handed_out_whole(blobs: Blobs, database: Database, seq: int) -> None:
    """A download that ends without an error is believed."""
    digest = blobs.put(None, io.BytesIO(LARGE)).digest
    with database.transaction() as session:
        chunk = select(BlobChunk.data).where(BlobChunk.digest == digest, BlobChunk.seq == seq)
        damaged = bytearray(session.scalar(chunk) or b"")
        damaged[100] ^= 1
        session.execute(update(BlobChunk).where(BlobChunk.seq == seq).values(data=bytes(damaged)))

    got = bytearray()

    def copy() -> None:
        for piece in blobs.stream(digest):
            got.extend(piece)

    with pytest.raises(BlobCorrupt):
        copy()

    assert len(got) < len(LARGE)
    with pytest.raises(BlobCorrupt), blobs.open(digest) as file:
        file.read()
    with pytest.raises(BlobCorrupt):
        blobs.verify(digest)


def test_a_lost_chunk_is_damage(blobs: Blobs, database: Database) -> None:
    """A partial restore of a backup must not pass for a short file."""
    digest = blobs.put(None, io.BytesIO(LARGE)).digest
    with database.transaction() as session:
        session.execute(delete(BlobChunk).where(BlobChunk.seq == 2))

    with pytest.raises(BlobCorrupt):
        blobs.verify(digest)


def test_large_blobs_pass_through_little_memory(blobs: Blobs, tmp_path: object) -> None:
    """A worker with 512 MB must be able to store and fetch a table of gigabytes."""
    with open(f"{tmp_path}/large", "w+b") as file:  # noqa: PTH123  # a plain file
        file.writelines(bytes([number]) * CHUNK_BYTES for number in range(24))
        tracemalloc.start()

        digest = blobs.put(None, file).digest
        for _ in blobs.stream(digest):
            pass
        _, peak = tracemalloc.get_traced_memory()

        tracemalloc.stop()
    assert peak < 12 * CHUNK_BYTES


def test_bytes_in_use_are_not_deleted(blobs: Blobs, database: Database) -> None:
    """Two models may share their weights; deleting one must leave the other whole."""
    add_dataset(database)
    finish(database, claimed(database))
    with database.reading() as session:
        digests = session.scalars(select(Blob.digest)).all()

    for digest in digests:
        with pytest.raises(InUse), database.transaction() as session:
            blobs.delete(session, digest)


def test_bytes_that_nobody_uses_are_deleted(blobs: Blobs, database: Database) -> None:
    """Otherwise a database only grows."""
    digest = blobs.put(None, io.BytesIO(LARGE)).digest

    with database.transaction() as session:
        blobs.delete(session, digest)

    assert rows(database) == (0, 0)


def test_deleting_waits_for_who_begins_to_use_the_bytes(postgres_url: str) -> None:
    """An upload that finds its bytes stored must not lose them before it commits."""
    database = Database(postgres_url)
    blobs = Blobs(database)
    digest = blobs.put(None, io.BytesIO(b"x")).digest

    with database.transaction() as session:
        blobs.put(session, io.BytesIO(b"x"))
        with database.transaction() as other:
            other.execute(select(1))
            locked = select(Blob.digest).where(Blob.digest == digest).with_for_update(skip_locked=True)
            assert other.scalar(locked) is None

    database.close()


def test_the_row_of_a_job_names_its_model(database: Database) -> None:
    """The weights are found through the job."""
    claim = claimed(database)

    model_id = finish(database, claim)

    assert read(database, claim.job_id).model_id == model_id
