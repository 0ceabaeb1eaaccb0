"""A zip of PNG and JPEG files in one folder for each class: a column `image` and a column `label`."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.ipc
from PIL import Image, UnidentifiedImageError

from datasets.columns.column import DataWarning
from datasets.errors import ArchiveEntries, BadImage, FileTooLarge, ImageTooLarge, shorten
from datasets.limits import Limits
from datasets.reading.formats.archives import check_growth, inflate
from datasets.reading.formats.columnar import SPAN, open_arrow_file
from datasets.reading.formats.typed_source import TypedSource, rows_per_block

ENDINGS = (".png", ".jpg", ".jpeg")
MOST_SIDE = 64
"""Larger images are made smaller: the longer side has this many pixels."""
MOST_IMAGE_BYTES = 32 * 1024**2
GREY, COLOUR = frozenset({"1", "L", "LA"}), frozenset({"P", "RGB", "RGBA"})
LITTER = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Picture:
    """An entry that is an image, by its header: nothing of it is decoded yet."""

    entry: zipfile.ZipInfo
    label: str
    width: int
    height: int
    is_grey: bool


def image_entries(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Leave out what file managers put into archives."""
    return [entry for entry in entries if not _is_litter(entry.filename)]


def looks_like_images(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether most files are called like images; each one's bytes are looked at later."""
    named = sum(entry.filename.lower().endswith(ENDINGS) for entry in entries)
    return named > 0 and named * 2 > len(entries)


def open_images(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: Limits, spare: Path) -> TypedSource:
    """Look at every header, then decode the images one by one, all to one size, onto the file `spare`.

    Raises BadImage and ImageTooLarge with the entry's name, ArchiveEntries for a file that lies in no folder.
    """
    pictures = list(_survey(archive, sorted(entries, key=lambda entry: entry.filename), limits))
    height, width = _size(pictures)
    channels = 1 if all(picture.is_grey for picture in pictures) else 3
    _refuse_large(len(pictures), height * width * channels, limits)
    schema = pa.schema([("image", pa.list_(pa.uint8(), height * width * channels)), ("label", pa.string())])
    decoded = (_decoded(archive, picture, (height, width, channels), limits) for picture in pictures)
    labels = iter([picture.label for picture in pictures])
    with pa.ipc.new_file(str(spare), schema) as writer:
        while rows := list(islice(decoded, rows_per_block(height * width * channels))):
            flat = pa.array(np.concatenate(rows))
            vectors = pa.FixedSizeListArray.from_arrays(flat, type=schema.field("image").type)
            names = pa.array(list(islice(labels, len(rows))), pa.string())
            writer.write_batch(pa.record_batch([vectors, names], schema=schema))
    return TypedSource(
        format="images",
        schema=schema,
        rows=len(pictures),
        blocks=open_arrow_file(spare, limits).blocks,
        shapes={"image": (height, width, channels)},
        details={"height": height, "width": width, "channels": channels, "resized": _resized(pictures, height, width)},
        warnings=_warnings(pictures, height, width),
    )


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return parts[-1].startswith(".") or bool(LITTER.intersection(parts))


def _survey(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: Limits) -> Iterator[Picture]:
    total = 0
    packed = sum(entry.compress_size for entry in entries)
    for entry in entries:
        folders = PurePosixPath(entry.filename).parts[:-1]
        if not folders:
            raise ArchiveEntries(
                f"`{shorten(entry.filename)}` lies in no folder.",
                found=shorten(entry.filename),
                expected="each image in the folder of its class, such as cats/1.png",
            )
        total += entry.file_size
        check_growth(total, packed, limits)
        with _opened(archive, entry, limits) as image:
            yield Picture(entry, folders[-1], image.width, image.height, image.mode in GREY)


def _opened(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> Image.Image:
    """Read an image's header, and refuse what cannot become bytes of one or three channels."""
    shown = shorten(entry.filename)
    if entry.file_size > MOST_IMAGE_BYTES:
        raise ImageTooLarge(f"`{shown}` has {entry.file_size} bytes.", found=entry.file_size, expected=MOST_IMAGE_BYTES)
    content = io.BytesIO(b"".join(inflate(archive, entry, limits)))
    try:
        image = Image.open(content, formats=("PNG", "JPEG"))
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(f"`{shown}` has too many pixels: {error}", expected=limits.max_pixels) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise _bad(shown, "is no whole PNG or JPEG image", "PNG or JPEG") from error
    if image.width * image.height > limits.max_pixels:
        raise ImageTooLarge(
            f"`{shown}` has {image.width} x {image.height} pixels; the limit is {limits.max_pixels}.",
            found=image.width * image.height,
            expected=limits.max_pixels,
            hint="Make the image smaller.",
        )
    if getattr(image, "n_frames", 1) > 1:
        raise _bad(shown, "is animated", "one frame")
    if image.mode not in GREY | COLOUR:
        what = "CMYK" if image.mode == "CMYK" else f"an image of mode {image.mode} (16 bits or more)"
        raise _bad(shown, f"is {what}", "8 bits in grey or RGB")
    return image


def _decoded(archive: zipfile.ZipFile, picture: Picture, shape: tuple[int, int, int], limits: Limits) -> np.ndarray:
    height, width, channels = shape
    mode = "L" if channels == 1 else "RGB"
    try:
        with _opened(archive, picture.entry, limits) as image:
            image.draft(mode, (width, height))  # a large JPEG is decoded small
            pixels = image.convert(mode)
    except (OSError, ValueError, SyntaxError, IndexError) as error:
        raise _bad(shorten(picture.entry.filename), f"cannot be decoded: {error}", "a whole image") from error
    if pixels.size != (width, height):
        pixels = pixels.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(pixels, np.uint8).reshape(-1)


def _size(pictures: list[Picture]) -> tuple[int, int]:
    """Return height and width that all images get: the most frequent, made smaller if the longer side is too long."""
    counts = Counter((picture.height, picture.width) for picture in pictures)
    (height, width), _ = min(counts.items(), key=lambda item: (-item[1], item[0]))
    shrink = max(1.0, max(height, width) / MOST_SIDE)
    return max(1, round(height / shrink)), max(1, round(width / shrink))


def _refuse_large(rows: int, width: int, limits: Limits) -> None:
    if rows * width > SPAN * limits.max_bytes:
        raise FileTooLarge(
            f"{rows} images take {rows * width} bytes once they are decoded.",
            found=rows * width,
            expected=SPAN * limits.max_bytes,
        )


def _resized(pictures: list[Picture], height: int, width: int) -> int:
    return sum((picture.height, picture.width) != (height, width) for picture in pictures)


def _warnings(pictures: list[Picture], height: int, width: int) -> tuple[DataWarning, ...]:
    resized = _resized(pictures, height, width)
    if not resized:
        return ()
    message = f"{resized} of {len(pictures)} images were resized to {height} x {width} (height x width), bilinearly."
    return (DataWarning(code="data.images_resized", message=message, column="image"),)


def _bad(shown: str, why: str, expected: str) -> BadImage:
    return BadImage(f"`{shown}` {why}.", found=shown, expected=expected, hint="Replace the file or leave it out.")
