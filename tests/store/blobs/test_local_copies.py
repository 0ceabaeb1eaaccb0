"""The local copies of blobs: whole, verified, shared and bounded."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.blobs.local_copies import LocalCopies
from store.errors import BlobCorrupt


class Blobs:
    """A source of bytes that counts how often it is asked; `own` is a file of the store's own."""

    def __init__(self, *contents: bytes, own: Path | None = None) -> None:
        self.contents = {hashlib.sha256(content).hexdigest(): content for content in contents}
        self.opened: list[str] = []
        self.own = own

    def local(self, _digest: str) -> Path | None:
        """Tell where the store's own file lies."""
        return self.own

    def stream(self, digest: str) -> Iterator[bytes]:
        """Yield a blob, as the store does: damage is raised before the end."""
        self.opened.append(digest)
        content = self.contents[digest] if self.own is None else self.own.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise BlobCorrupt(digest)
        yield content


def copies_of(blobs: Any, folder: Path, **more: Any) -> LocalCopies:
    """Make the copies that another process would make."""
    return LocalCopies(blobs, folder, **more)


def flip_a_bit(path: Path) -> None:
    """Change one bit where the file lies, and leave its times as they were, as a bad disk does."""
    data, times = bytearray(path.read_bytes()), path.stat()
    data[0] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_a_second_use_fetches_nothing(tmp_path: Path) -> None:
    """Twenty jobs on one dataset must not load it twenty times, nor a process beside them."""
    blobs = Blobs(b"table")
    (digest,) = blobs.contents

    first = copies_of(blobs, tmp_path).path(digest)
    second = copies_of(blobs, tmp_path).path(digest)

    assert first == second
    assert second.read_bytes() == b"table"
    assert blobs.opened == [digest]


def test_a_process_hashes_a_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of rows of a large table must not cost reading the whole of it each time."""
    blobs, hashed = Blobs(b"table"), []
    (digest,) = blobs.contents
    copies_of(blobs, tmp_path).path(digest)
    file_digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda *given: hashed.append(given) or file_digest(*given))
    copies = copies_of(blobs, tmp_path)

    for _ in range(3):
        copies.path(digest)
    once = len(hashed)
    copies.path(digest, hash_again=True)

    assert (once, len(hashed)) == (1, 2)


def test_a_damaged_copy_is_fetched_anew(tmp_path: Path) -> None:
    """Flipped bits would give a wrong number, or a model that nobody can reproduce."""
    blobs = Blobs(b"table")
    (digest,) = blobs.contents
    flip_a_bit(copies_of(blobs, tmp_path).path(digest))

    path = copies_of(blobs, tmp_path).path(digest)

    assert path.read_bytes() == b"table"
    assert len(blobs.opened) == 2


def test_a_file_that_was_written_to_is_hashed_again(tmp_path: Path) -> None:
    """What a process once found whole need not stay so."""
    blobs = Blobs(b"table")
    (digest,) = blobs.contents
    copies = copies_of(blobs, tmp_path)
    copies.path(digest).write_bytes(b"tabel")

    assert copies.path(digest).read_bytes() == b"table"


def test_whoever_hashes_each_time_sees_what_a_disk_did_meanwhile(tmp_path: Path) -> None:
    """A job's result must not depend on what happened between two jobs of one process."""
    blobs = Blobs(b"table")
    (digest,) = blobs.contents
    copies = copies_of(blobs, tmp_path)
    flip_a_bit(copies.path(digest))

    assert copies.path(digest, hash_again=True).read_bytes() == b"table"


def test_the_stores_own_file_is_used_where_it_lies(tmp_path: Path) -> None:
    """A gigabyte beside the database needs no second copy on the same disk."""
    own = tmp_path / "own"
    own.write_bytes(b"table")
    blobs = Blobs(b"table", own=own)
    (digest,) = blobs.contents

    assert copies_of(blobs, tmp_path / "cache").path(digest) == own
    assert blobs.opened == []


def test_damage_of_the_stores_own_file_is_told(tmp_path: Path) -> None:
    """There is nothing to make it anew from: an error, and never a wrong number."""
    own = tmp_path / "own"
    own.write_bytes(b"table")
    blobs = Blobs(b"table", own=own)
    (digest,) = blobs.contents
    flip_a_bit(own)

    with pytest.raises(BlobCorrupt):
        copies_of(blobs, tmp_path / "cache").path(digest)


def test_a_broken_fetch_leaves_nothing(tmp_path: Path) -> None:
    """Half a table under the name of a whole one would be trained on."""

    class Breaking(Blobs):
        """A source that breaks off."""

        def stream(self, digest: str) -> Iterator[bytes]:
            """Yield half of it."""
            yield b"half"
            raise OSError(digest)

    with pytest.raises(OSError, match="abc"):
        copies_of(Breaking(), tmp_path).path("abc")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    """A machine that sees many datasets must not fill its disk; copies of earlier versions count, too."""
    blobs = Blobs(b"a" * 40, b"b" * 40, b"c" * 40)
    old, used, new = blobs.contents
    copies = copies_of(blobs, tmp_path)
    older = tmp_path / "older.arrow"
    older.write_bytes(b"d" * 40)
    for age, path in ((300, older), (200, copies.path(old)), (100, copies.path(used))):
        os.utime(path, (path.stat().st_atime - age, path.stat().st_mtime))

    copies = copies_of(blobs, tmp_path, limit_bytes=100)
    copies.path(used)
    copies.path(new)

    assert {path.stem for path in tmp_path.rglob("*.arrow")} == {used, new}


def test_a_copy_of_what_was_deleted_goes(tmp_path: Path) -> None:
    """Rows that their owner deleted must not stay on a disk."""
    blobs = Blobs(b"table")
    (digest,) = blobs.contents
    copies = copies_of(blobs, tmp_path)
    path = copies.path(digest)

    copies.forget(digest)
    copies.forget(digest)

    assert not path.exists()
