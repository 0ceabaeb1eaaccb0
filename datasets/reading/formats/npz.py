"""NumPy's .npz files: each array is inflated to disk, counted, and then read as a .npy file."""

import zipfile
from pathlib import Path

from datasets.errors import ArchiveEntries, FileTooLarge, shorten
from datasets.limits import Limits
from datasets.reading.formats.archives import inflate
from datasets.reading.formats.npy import arrays_source, read_header
from datasets.reading.formats.typed_source import TypedSource

MOST_ARRAYS = 10_000


def open_npz(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: Limits, folder: Path) -> TypedSource:
    """Unpack the arrays into `folder` under names of our own and check their headers."""
    if len(entries) > min(MOST_ARRAYS, limits.max_columns):
        raise ArchiveEntries(f"The file has {len(entries)} arrays.", found=len(entries), expected=MOST_ARRAYS)
    announced = sum(entry.file_size for entry in entries)
    if announced > limits.max_bytes:
        raise FileTooLarge(f"The arrays take {announced} bytes.", found=announced, expected=limits.max_bytes)
    arrays = {}
    for number, entry in enumerate(entries):
        name, path = entry.filename.removesuffix(".npy"), folder / f"{number}.npy"
        with path.open("wb") as file:
            for chunk in inflate(archive, entry, limits):
                file.write(chunk)
        if name in arrays:
            raise ArchiveEntries(f"There are two arrays called `{shorten(name)}`.", found=shorten(name))
        arrays[name] = read_header(path, limits, name=f"`{shorten(name)}`")
    return arrays_source("npz", arrays, limits)
