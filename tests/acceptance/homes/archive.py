"""A home as one file: the same home gives the same bytes, and only what has to outlive a service is in it."""

import io
import lzma
import sqlite3
import tarfile
from datetime import UTC, datetime
from pathlib import Path

DATABASE = "chainrule.db"
KEPT = (DATABASE, "blobs/*")  # not the logs, the lock, what a worker copied for itself


def pack(home: Path, file: Path) -> None:
    """Write a home whose service was stopped; times and owners are left out."""
    with sqlite3.connect(home / DATABASE) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what a stopped service leaves in its log
    connection.close()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(path for pattern in KEPT for path in home.glob(pattern)):
            entry = tarfile.TarInfo(str(path.relative_to(home)))
            entry.size = path.stat().st_size
            with path.open("rb") as content:
                archive.addfile(entry, content)
    file.write_bytes(lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME))


def unpack(file: Path, home: Path) -> None:
    """Write a kept home into a folder; an answer to a repeated request is valid for a day, so it is dated anew."""
    home.mkdir(parents=True)
    with tarfile.open(file, "r:xz") as archive:
        archive.extractall(home, filter="data")
    with sqlite3.connect(home / DATABASE) as connection:
        today = datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ")
        connection.execute("UPDATE answers SET created_at = ?", (today,))
    connection.close()
