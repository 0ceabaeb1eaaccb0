"""Bytes by their SHA-256, in chunked rows or, large ones beside SQLite, in files: put, open, delete."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import delete as delete_rows
from sqlalchemy import exists, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.blobs.files import LARGE_BYTES, BlobFiles, sync
from store.blobs.reader import BlobReader
from store.clock import now
from store.database import packing
from store.database.database import Database
from store.database.tables import Blob, BlobChunk, Checkpoint, Dataset, Model
from store.errors import BlobCorrupt, BlobMissing, InUse

CHUNK_BYTES = 1 << 20
SMALL_BYTES = 64 << 10
"""A small model is half JSON, which packs well. Of a large one nearly all is weights, which do not."""


@dataclass(frozen=True)
class Stored:
    """The name and the size of some bytes."""

    digest: str
    size: int


@dataclass(frozen=True)
class Blobs:
    """Content-addressed bytes in the database; create-only, shared by whoever stores the same bytes."""

    database: Database
    files: BlobFiles | None = None

    def put(self, session: Session | None, file: BinaryIO) -> Stored:
        """Store a file that can seek, in the caller's transaction or its own; the same bytes are stored once."""
        stored = measure(file)
        if session is not None:
            self.keep(session, stored, file)
        else:
            with self.database.transaction() as own:
                self.keep(own, stored, file)
        return stored

    def keep(self, session: Session, stored: Stored, file: BinaryIO, *, may_be_file: bool = False) -> None:
        """Store a file that was measured before, unless its bytes are there.

        With `may_be_file` a large one becomes a file where there is a place for it; whoever deletes it calls `sweep`.
        """
        while not self._is_kept(session, stored.digest):  # at most twice: it may vanish between two statements
            if self._is_created(session, stored):
                if may_be_file and self.files is not None and stored.size >= LARGE_BYTES:
                    self.files.keep(stored.digest, file)
                else:
                    write_chunks(session, stored, file)
                return

    def replace(self, stored: Stored, file: BinaryIO) -> None:
        """Write a blob's bytes again, where they were damaged; a row names them already."""
        with self.database.transaction() as session:
            session.execute(delete_rows(BlobChunk).where(BlobChunk.digest == stored.digest))
            if self.files is not None and stored.size >= LARGE_BYTES:
                self.files.keep(stored.digest, file)
            else:
                write_chunks(session, stored, file)

    def settle(self, path: Path) -> None:
        """Bring a file to the disk that will be kept soon: before the transaction, since others wait during it."""
        if self.files is not None and path.stat().st_size >= LARGE_BYTES:
            sync(path)

    def local(self, digest: str) -> Path | None:
        """Tell where the bytes lie as a file on this machine, None where they lie elsewhere; not verified."""
        return self.files.path(digest) if self.files is not None and self.files.holds(digest) else None

    def sweep(self) -> None:
        """Remove the files of large blobs that were forgotten, or whose transaction never came to its end."""
        if self.files is None or not self.files.names():
            return
        with self.database.transaction() as session:  # on SQLite nobody else writes, so no row is on its way
            there = self.files.names()
            known = set(session.scalars(select(Blob.digest).where(Blob.digest.in_(there))))
            self.files.remove(set(there) - known)

    def size(self, digest: str) -> int:
        """Return the size in bytes; raise `BlobMissing`."""
        with self.database.reading() as session:
            size = session.scalar(select(Blob.size).where(Blob.digest == digest))
        if size is None:
            raise BlobMissing(f"There are no bytes with the digest {digest}.")
        return size

    def stream(self, digest: str) -> Iterator[bytes]:
        """Yield the chunks in order; raise `BlobCorrupt` before the last one if the bytes are not what was stored.

        Each chunk is a transaction of its own: a slow reader holds nothing open.
        """
        check, held = hashlib.sha256(), b""
        for piece in self._pieces(digest):
            if held:
                yield held
            held = piece
            check.update(held)
        if check.hexdigest() != digest:
            raise BlobCorrupt(f"The stored bytes of {digest} are damaged.")
        if held:
            yield held

    def _pieces(self, digest: str) -> Iterator[bytes]:
        size = self.size(digest)
        if self.files is not None and self.files.holds(digest):
            try:
                yield from self.files.pieces(digest)
            except FileNotFoundError:
                self.size(digest)
                raise BlobCorrupt(f"The file of {digest} is gone.") from None
            return
        for seq in range(-(-size // CHUNK_BYTES)):
            yield self._chunk(digest, seq)

    def verify(self, digest: str) -> None:
        """Read everything once; raise `BlobMissing` or `BlobCorrupt`."""
        for _ in self.stream(digest):
            pass

    def read(self, digest: str) -> bytes:
        """Return all bytes, verified."""
        return b"".join(self.stream(digest))

    def open(self, digest: str) -> BinaryIO:
        """Return a file to be read once from its start; it holds a chunk or two, and raises `BlobCorrupt` at damage."""
        return io.BufferedReader(BlobReader(self.stream(digest)), CHUNK_BYTES)

    def delete(self, session: Session, digest: str) -> None:
        """Forget bytes that no row refers to any more; raise `InUse` for others."""
        forget(session, digest)

    def _is_kept(self, session: Session, digest: str) -> bool:
        """Tell whether the bytes are there, and let nobody delete them before the caller's transaction ends."""
        found = select(Blob.digest).where(Blob.digest == digest).with_for_update(read=True)
        return session.scalar(found) is not None

    def _is_created(self, session: Session, stored: Stored) -> bool:
        """Take the name; False when another transaction has just taken it."""
        make = postgresql.insert if self.database.dialect == "postgresql" else sqlite.insert
        row = make(Blob).values(digest=stored.digest, size=stored.size, created_at=now())
        return session.scalar(row.on_conflict_do_nothing().returning(Blob.digest)) is not None

    def _chunk(self, digest: str, seq: int) -> bytes:
        with self.database.reading() as session:
            wanted = select(BlobChunk.data, BlobChunk.is_packed)
            found = session.execute(wanted.where(BlobChunk.digest == digest, BlobChunk.seq == seq)).first()
        if found is None:
            self.size(digest)  # deleted meanwhile, it is missing and not damaged
            raise BlobCorrupt(f"The stored bytes of {digest} are damaged: a part is missing.")
        if not found.is_packed:
            return bytes(found.data)
        try:
            return packing.unpack(found.data, most=SMALL_BYTES)
        except ValueError as error:
            raise BlobCorrupt(f"The stored bytes of {digest} are damaged.") from error


def forget(session: Session, digest: str) -> None:
    """Forget bytes that no row refers to any more; raise `InUse` for others."""
    session.scalar(select(Blob.digest).where(Blob.digest == digest).with_for_update())  # nobody begins to refer now
    used = or_(
        exists().where(or_(Dataset.content_digest == digest, Dataset.prepared_digest == digest)),
        exists().where(Model.weights_digest == digest),
        exists().where(Checkpoint.digest == digest),
    )
    if session.scalar(select(used)):
        raise InUse(f"The bytes {digest} are still referred to.")
    session.execute(delete_rows(BlobChunk).where(BlobChunk.digest == digest))
    session.execute(delete_rows(Blob).where(Blob.digest == digest))


def measure(file: BinaryIO) -> Stored:
    """Name a file by its bytes."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    for chunk in chunks_of(file):
        digest.update(chunk)
        size += len(chunk)
    return Stored(digest.hexdigest(), size)


def write_chunks(session: Session, stored: Stored, file: BinaryIO) -> None:
    """Write the rows of a file; raise `BlobCorrupt` when it is no longer what was measured."""
    check = hashlib.sha256()
    file.seek(0)
    for seq, chunk in enumerate(chunks_of(file)):
        check.update(chunk)
        packed = packing.pack(chunk) if stored.size <= SMALL_BYTES else chunk
        is_packed = len(packed) < len(chunk)
        row = {"data": packed if is_packed else chunk, "is_packed": is_packed}
        session.execute(insert(BlobChunk), {"digest": stored.digest, "seq": seq, **row})
    if check.hexdigest() != stored.digest:
        raise BlobCorrupt("The file changed while it was being stored.")


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file in whole chunks of a megabyte, also when it gives less at a time."""
    buffer = bytearray()
    while piece := file.read(CHUNK_BYTES - len(buffer)):
        buffer += piece
        if len(buffer) == CHUNK_BYTES:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)
