"""The local copies of prepared tables: whole, verified, shared and bounded."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from worker.cache import cached


class Blobs:
    """A source of bytes that counts how often it is asked."""

    def __init__(self, *contents: bytes) -> None:
        self.contents = {hashlib.sha256(content).hexdigest(): content for content in contents}
        self.opened: list[str] = []

    def stream(self, digest: str) -> Iterator[bytes]:
        """Yield a blob."""
        self.opened.append(digest)
        yield self.contents[digest]


def test_a_second_use_fetches_nothing(tmp_path: Path) -> None:
    """Twenty jobs on one dataset must not load it twenty times."""
    blobs = Blobs(b"table")
    (digest,) = blobs.contents

    first = cached(tmp_path / "cache", digest, blobs.stream)
    second = cached(tmp_path / "cache", digest, blobs.stream)

    assert first == second
    assert second.read_bytes() == b"table"
    assert blobs.opened == [digest]


def test_a_damaged_copy_is_fetched_anew(tmp_path: Path) -> None:
    """Training on flipped bits would give a model that nobody can reproduce."""
    blobs = Blobs(b"table")
    (digest,) = blobs.contents
    cached(tmp_path, digest, blobs.stream).write_bytes(b"tabel")

    path = cached(tmp_path, digest, blobs.stream)

    assert path.read_bytes() == b"table"
    assert len(blobs.opened) == 2


def test_a_broken_fetch_leaves_nothing(tmp_path: Path) -> None:
    """Half a table under the name of a whole one would be trained on."""

    def breaking(digest: str) -> Iterator[bytes]:
        yield b"half"
        raise OSError(digest)

    with pytest.raises(OSError, match="abc"):
        cached(tmp_path, "abc", breaking)

    assert list(tmp_path.iterdir()) == []


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    """A worker that sees many datasets must not fill its disk."""
    blobs = Blobs(b"a" * 40, b"b" * 40, b"c" * 40)
    old, used, new = blobs.contents
    for age, digest in ((200, old), (100, used)):
        path = cached(tmp_path, digest, blobs.stream)
        os.utime(path, (path.stat().st_atime - age, path.stat().st_mtime - age))

    cached(tmp_path, new, blobs.stream, limit_bytes=100)

    assert {path.stem for path in tmp_path.iterdir()} == {used, new}
