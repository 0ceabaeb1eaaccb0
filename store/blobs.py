"""Bytes by their SHA-256, in chunked rows: put, open, delete."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import delete as delete_rows
from sqlalchemy import exists, insert, or_, select
from sqlalchemy.orm import Session

from store.database import Database
from store.errors import BlobCorrupt, BlobMissing, InUse
from store.tables import Blob, BlobChunk, Dataset, Model

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Stored:
    """What `put` left behind."""

    digest: str
    size: int


@dataclass(frozen=True)
class Blobs:
    """Content-addressed bytes in the database; create-only, shared by whoever stores the same bytes."""

    database: Database

    def put(self, session: Session, file: BinaryIO) -> Stored:
        """Store a file, read twice from its start, in the caller's transaction; the same bytes are stored once."""
        digest, size = hashlib.sha256(), 0
        file.seek(0)
        for chunk in chunks_of(file):
            digest.update(chunk)
            size += len(chunk)
        name = digest.hexdigest()
        if session.get(Blob, name) is None:
            session.add(Blob(digest=name, size=size))
            session.flush()
            file.seek(0)
            for seq, chunk in enumerate(chunks_of(file)):
                session.execute(insert(BlobChunk), {"digest": name, "seq": seq, "data": chunk})
        return Stored(name, size)

    def size(self, digest: str) -> int:
        """Return the size in bytes."""
        with self.database.reading() as session:
            size = session.scalar(select(Blob.size).where(Blob.digest == digest))
        if size is None:
            raise BlobMissing(f"There are no bytes with the digest {digest}.")
        return size

    def stream(self, digest: str) -> Iterator[bytes]:
        """Yield the chunks in order; raise `BlobCorrupt` before the last one if the bytes are not what was stored."""
        size, seen, check, held = self.size(digest), 0, hashlib.sha256(), b""
        while seen < size or not seen:
            chunk = self._chunk(digest, seen // CHUNK_BYTES)
            if chunk is None or (seen + len(chunk) < size and len(chunk) != CHUNK_BYTES):
                break
            if held:
                yield held
            held = chunk
            check.update(chunk)
            seen += len(chunk)
            if not chunk:
                break
        if check.hexdigest() != digest:
            raise BlobCorrupt(f"The stored bytes of {digest} are damaged.")
        if held:
            yield held

    def read(self, digest: str) -> bytes:
        """Return all bytes, verified."""
        return b"".join(self.stream(digest))

    def open(self, digest: str) -> BinaryIO:
        """Return a verified file in memory."""
        return io.BytesIO(self.read(digest))

    def delete(self, session: Session, digest: str) -> None:
        """Forget bytes that no row refers to any more."""
        used = or_(
            exists().where(or_(Dataset.content_digest == digest, Dataset.prepared_digest == digest)),
            exists().where(Model.weights_digest == digest),
        )
        if session.scalar(select(used)):
            raise InUse(f"The bytes {digest} are still referred to.")
        session.execute(delete_rows(BlobChunk).where(BlobChunk.digest == digest))
        session.execute(delete_rows(Blob).where(Blob.digest == digest))

    def _chunk(self, digest: str, seq: int) -> bytes | None:
        with self.database.reading() as session:
            return session.scalar(select(BlobChunk.data).where(BlobChunk.digest == digest, BlobChunk.seq == seq))


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file in chunks of a megabyte."""
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
