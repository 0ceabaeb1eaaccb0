"""Log files of parts: kept short, so that requests alone never fill the disk that the data is on."""

import contextlib
import os
import shutil
from pathlib import Path

MOST_BYTES = 16 << 20
KEPT = 2  # older files beside the one that is written: NAME.log.1, NAME.log.2


def rotate(log: Path, *, most_bytes: int = MOST_BYTES, kept: int = KEPT) -> None:
    """Move what a long file holds to NAME.log.1, what that held to NAME.log.2, and forget the oldest.

    The part goes on writing to the file that it has open: it is copied and emptied, as logrotate's `copytruncate` does,
    and lines written between the two are lost. Where there is no room for a copy, the oldest files make it.
    """
    with contextlib.suppress(OSError):
        if log.stat().st_size < most_bytes:
            return
        older(log, kept).unlink(missing_ok=True)
        for number in range(kept - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                older(log, number).rename(older(log, number + 1))
        with contextlib.suppress(OSError):
            shutil.copyfile(log, older(log, 1))
        os.truncate(log, 0)


def older(log: Path, number: int) -> Path:
    """Name an older file; 1 is the latest."""
    return log.with_name(f"{log.name}.{number}")
