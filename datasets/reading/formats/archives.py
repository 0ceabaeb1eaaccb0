"""Zip archives and gzip files from outside: checked before they are opened, counted while they inflate."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from datasets.errors import (
    ArchiveEntries,
    ArchiveMethod,
    ArchiveOverlap,
    ArchivePath,
    ArchiveRatio,
    BadArchive,
    FileTooLarge,
    SizeMismatch,
    shorten,
)
from datasets.limits import Limits

CHUNK = 1 << 18
LOCAL_HEADER = 30
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1
KIND_MASK, PLAIN_FILE = 0o170000, 0o100000
END_RECORD, MOST_COMMENT = b"PK\x05\x06", 1 << 16


@contextmanager
def open_zip(path: Path, limits: Limits) -> Iterator[tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]]:
    """Give the archive and its files, folders left out; raises BadArchive for whatever is odd about its directory."""
    _refuse_many_entries(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            for entry in entries:
                _check_entry(entry)
            _refuse_overlap(entries, path.stat().st_size)
            yield archive, entries
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError) as error:
        raise BadArchive(f"The zip archive is damaged: {shorten(str(error), 200)}") from error


def inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> Iterator[bytes]:
    """Yield an entry's bytes; stops at the announced size, at the limit and at a growth out of proportion."""
    size = 0
    with archive.open(entry) as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > entry.file_size:
                raise _mismatch(entry, size)
            check_growth(size, entry.compress_size, limits)
            yield chunk
    if size != entry.file_size:
        raise _mismatch(entry, size)


def gunzip(path: Path, out: Path, limits: Limits) -> None:
    """Inflate a gzip file of any number of members; raises BadArchive, ArchiveRatio and FileTooLarge."""
    packed, size = path.stat().st_size, 0
    try:
        with gzip.open(path) as file, out.open("wb") as target:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                check_growth(size, packed, limits)
                target.write(chunk)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadArchive(f"The gzip file is damaged after {size} bytes of content: {error}") from error


def check_growth(size: int, packed: int, limits: Limits) -> None:
    """Raise when so many bytes came out of so few."""
    if size > limits.max_bytes:
        raise FileTooLarge(
            f"The unpacked content has more than {limits.max_bytes} bytes.", found=size, expected=limits.max_bytes
        )
    if size > limits.free_bytes and size > limits.max_ratio * max(1, packed):
        raise ArchiveRatio(
            f"The file grows to more than {limits.max_ratio} times its size.",
            found=size,
            expected=limits.max_ratio * packed,
            hint="Send the content less compressed.",
        )


def _refuse_many_entries(path: Path, limits: Limits) -> None:
    """Read the number of entries from the end record, before the directory is read into memory."""
    with path.open("rb") as file:
        start = max(0, path.stat().st_size - MOST_COMMENT - 22)
        file.seek(start)
        tail = file.read()
    place = tail.rfind(END_RECORD)
    if place < 0 or len(tail) < place + 16:
        raise BadArchive("The zip archive has no directory at its end.")
    count, size = (
        int.from_bytes(tail[place + 10 : place + 12], "little"),
        int.from_bytes(tail[place + 12 : place + 16], "little"),
    )
    if count > limits.max_entries or size > limits.max_entries * 512:
        raise ArchiveEntries(
            f"The archive has {count} entries or more; the limit is {limits.max_entries}.",
            found=count,
            expected=limits.max_entries,
        )


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name, shown = entry.orig_filename, shorten(ascii(entry.orig_filename)[1:-1])
    parts = name.replace("\\", "/").split("/")
    is_out = ".." in parts or parts[0] == "" or parts[0].endswith(":") or "\0" in name or "\\" in name
    mode = entry.external_attr >> 16 & KIND_MASK
    if is_out or mode not in {0, PLAIN_FILE}:
        why = "points out of the archive" if is_out else "is no plain file"
        raise ArchivePath(f"The entry `{shown}` {why}.", found=shown, expected="plain files below the archive's root")
    if entry.flag_bits & ENCRYPTED or entry.compress_type not in METHODS:
        why = "encrypted" if entry.flag_bits & ENCRYPTED else "compressed in a way that is not read"
        raise ArchiveMethod(f"The entry `{shown}` is {why}.", found=shown, expected="stored or deflated entries")


def _refuse_overlap(entries: list[zipfile.ZipInfo], size: int) -> None:
    end, last = 0, ""
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise ArchiveOverlap(
                f"The entries `{shorten(last)}` and `{shorten(entry.filename)}` overlap.",
                found=shorten(entry.filename),
                expected="entries with bytes of their own",
            )
        end, last = entry.header_offset + LOCAL_HEADER + entry.compress_size, entry.filename
    if end > size:
        raise SizeMismatch(f"The entry `{shorten(last)}` goes beyond the end of the archive.", found=size, expected=end)


def _mismatch(entry: zipfile.ZipInfo, size: int) -> SizeMismatch:
    return SizeMismatch(
        f"The entry `{shorten(entry.filename)}` announces {entry.file_size} bytes and has "
        f"{'more' if size > entry.file_size else size}.",
        found=size,
        expected=entry.file_size,
    )
