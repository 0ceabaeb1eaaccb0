"""Files to send: whole and verified before their first byte leaves."""

import base64
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from store import Store
from store.blobs.local_copies import opened

IN_MEMORY_BYTES = 32 * 2**20
CHUNK_BYTES = 2**18


@dataclass(frozen=True)
class FileToSend:
    """A file of known size and digest, ready to be read from its beginning."""

    content: BinaryIO
    name: str
    media_type: str
    size: int
    sha256: bytes

    @property
    def repr_digest(self) -> str:
        """The value of the `Repr-Digest` header (RFC 9530): the digest of the whole file, also when a part is sent."""
        return f"sha-256=:{base64.b64encode(self.sha256).decode()}:"

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the bytes from `start` up to `stop`; the file is closed after the last."""
        with self.content as content:
            content.seek(start)
            while start < stop and (chunk := content.read(min(CHUNK_BYTES, stop - start))):
                start += len(chunk)
                yield chunk


def stored(store: Store, digest: str, *, name: str, media_type: str) -> FileToSend:
    """Make a blob ready as it is; raises BlobMissing and BlobCorrupt."""
    content, size = verified(store, digest), store.blobs.size(digest)
    return FileToSend(content=content, name=name, media_type=media_type, size=size, sha256=bytes.fromhex(digest))


def measured(content: BinaryIO, *, name: str, media_type: str) -> FileToSend:
    """Make a file ready that was written just now."""
    content.seek(0)
    digest = hashlib.file_digest(cast("Any", content), "sha256")
    return FileToSend(content=content, name=name, media_type=media_type, size=content.tell(), sha256=digest.digest())


def verified(store: Store, digest: str) -> BinaryIO:
    """Open a blob of which every byte was hashed: a small one in memory, a large one as a file of this machine."""
    if store.blobs.size(digest) > IN_MEMORY_BYTES:
        return opened(partial(store.copies.path, digest), lambda path: path.open("rb"))
    with new_file() as copy, store.blobs.open(digest) as blob:
        shutil.copyfileobj(blob, copy, CHUNK_BYTES)
    copy.seek(0)
    return copy


@contextmanager
def new_file() -> Iterator[BinaryIO]:
    """Open a file that lives in memory until it is large; it stays open unless the block fails."""
    with ExitStack() as undo:
        file = undo.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        yield cast("BinaryIO", file)
        undo.pop_all()
