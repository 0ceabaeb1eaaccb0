"""The local copies of prepared tables: whole, verified, shared and bounded."""

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from worker.cache import cached


class Blobs:
    """A source of bytes that counts how often it is asked."""

    def __init__(self, *contents: bytes) -> None:
        self.contents = {hashlib.sha256(content).hexdigest(): content for content in contents}
        self.opened: list[str] = []

    @contextmanager
    def open(self, digest: str) -> Iterator[BinaryIO]:
        """Open a blob."""
        self.opened.append(digest)
        yield io.BytesIO(self.contents[digest])


def test_a_second_use_fetches_nothing(tmp_path: Path) -> None:
    """Twenty jobs on one dataset must not load it twenty times."""
    blobs = Blobs(b"table")
    (digest,) = blobs.contents

    first = cached(tmp_path / "cache", digest, blobs.open)
    second = cached(tmp_path / "cache", digest, blobs.open)

    assert first == second
    assert second.read_bytes() == b"table"
    assert blobs.opened == [digest]


def test_a_damaged_copy_is_fetched_anew(tmp_path: Path) -> None:
    """Training on flipped bits would give a model that nobody can reproduce."""
    blobs = Blobs(b"table")
    (digest,) = blobs.contents
    cached(tmp_path, digest, blobs.open).write_bytes(b"tabel")

    path = cached(tmp_path, digest, blobs.open)

    assert path.read_bytes() == b"table"
    assert len(blobs.opened) == 2


def test_a_broken_fetch_leaves_nothing(tmp_path: Path) -> None:
    """Half a table under the name of a whole one would be trained on."""

    @contextmanager
    def breaking(digest: str) -> Iterator[BinaryIO]:
        yield io.BytesIO(b"half")
        raise OSError(digest)

    with pytest.raises(OSError, match="abc"):
        cached(tmp_path, "abc", breaking)

    assert list(tmp_path.iterdir()) == []


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    """A worker that sees many datasets must not fill its disk."""
    blobs = Blobs(b"a" * 40, b"b" * 40, b"c" * 40)
    old, used, new = blobs.contents
    for age, digest in ((200, old), (100, used)):
        path = cached(tmp_path, digest, blobs.open)
        os.utime(path, (path.stat().st_atime - age, path.stat().st_mtime - age))

    cached(tmp_path, new, blobs.open, limit_bytes=100)

    assert {path.stem for path in tmp_path.iterdir()} == {used, new}
