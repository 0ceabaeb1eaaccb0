"""A model's weights as a file to send, verified before its first byte leaves."""

import base64
import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

import exports
from exports import FORMATS, TrainedModel
from exports.errors import UnknownFormat
from store import Store
from store.database.tables import Model

STORED = "safetensors"  # the format whose bytes are the stored blob; every other is written from it
IN_MEMORY_BYTES = 32 * 2**20
CHUNK_BYTES = 2**18


@dataclass(frozen=True)
class WeightsFile:
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


def etag(model: Model, name: str) -> str:
    """Name the file without making it: the weights' digest, with the format unless it is the stored one.

    Raises UnknownFormat.
    """
    return model.weights_digest if known_format(name) == STORED else f"{model.weights_digest}-{name}"


def known_format(name: str) -> str:
    """Return the name of a format; raises UnknownFormat."""
    if name not in FORMATS:
        raise UnknownFormat(name, tuple(FORMATS))
    return name


def open_file(store: Store, model: Model, name: str) -> WeightsFile:
    """Make the file ready; raises when the stored bytes are damaged, before anything is sent."""
    stored = _verified_copy(store, model.weights_digest)
    return ready(stored if name == STORED else _converted(stored, name), name, titled=file_name(model))


def written(model: TrainedModel, name: str, *, titled: str) -> WeightsFile:
    """Write a model that is stored nowhere in that form."""
    with _new_file() as content:
        exports.write(model, name, content)
    return ready(content, name, titled=titled)


def ready(content: BinaryIO, name: str, *, titled: str) -> WeightsFile:
    """Measure a file and tell what it is."""
    size, digest = _measure(content)
    form = FORMATS[name]
    return WeightsFile(
        content=content, name=titled + form.extension, media_type=form.media_type, size=size, sha256=digest
    )


def file_name(model: Model) -> str:
    """Make a name that every file system takes: the model's own where it has one, and always its id."""
    readable = re.sub(r"[^a-z0-9]+", "-", (model.name or "").lower()).strip("-")[:60]
    return f"{readable}-{model.id}" if readable else model.id


def _verified_copy(store: Store, digest: str) -> BinaryIO:
    """Copy the blob aside while it is verified: on disk when large, so that no damaged byte is ever sent."""
    with _new_file() as copy, store.blobs.open(digest) as stored:
        shutil.copyfileobj(stored, copy, CHUNK_BYTES)
    return copy


def _converted(stored: BinaryIO, name: str) -> BinaryIO:
    stored.seek(0)
    with stored:
        model = exports.read_safetensors(stored)
    with _new_file() as converted:
        exports.write(model, name, converted)
    return converted


@contextmanager
def _new_file() -> Iterator[BinaryIO]:
    """Open a file that lives in memory until it is large; it stays open unless the block fails."""
    with ExitStack() as undo:
        file = undo.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        yield cast("BinaryIO", file)
        undo.pop_all()


def _measure(content: BinaryIO) -> tuple[int, bytes]:
    content.seek(0)
    digest = hashlib.file_digest(cast("Any", content), "sha256")
    return content.tell(), digest.digest()
