"""A zip of images in class folders becomes a column of images and a column of labels."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from datasets import Kind, Limits, Table, parse_table
from datasets.errors import DatasetError


def picture(shape: tuple[int, ...] = (8, 6, 3), *, form: str = "PNG", mode: str | None = None, seed: int = 0) -> bytes:
    """Draw noise."""
    pixels = np.random.Generator(np.random.PCG64(seed)).integers(0, 255, shape, np.uint8)
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(buffer, form)
    return buffer.getvalue()


def pack(files: dict[str, bytes]) -> bytes:
    """Put files into a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(folder: Path, content: bytes, limits: Limits = Limits()) -> Table:  # noqa: B008 - frozen
    """Read an archive from a file."""
    path = folder / "archive"
    path.write_bytes(content)
    return parse_table(path, limits=limits)


def test_pixels_and_labels_come_out_as_they_went_in(tmp_path: Path) -> None:
    """PNG is exact; a folder around all of it, and what file managers add, do not matter."""
    files = {f"pets/{label}/{i}.png": picture(seed=i) for i, label in enumerate(["cat", "dog", "cat"])}

    table = read(tmp_path, pack({**files, "__MACOSX/pets/._1.png": b"x", "pets/.DS_Store": b"x"}))

    image, label = table.columns
    assert (image.kind, image.statistics["shape"]) == (Kind.IMAGE, [8, 6, 3])
    assert label.kind is Kind.CATEGORY
    assert table.arrow["label"].to_pylist() == ["cat", "cat", "dog"]
    expected = [np.asarray(Image.open(io.BytesIO(files[name]))).reshape(-1).tolist() for name in sorted(files)]
    assert table.arrow["image"].to_pylist() == expected
    assert not table.warnings


def test_images_of_other_sizes_get_the_most_frequent_one(tmp_path: Path) -> None:
    """And the owner is told how many were changed."""
    files = {
        "a/1.png": picture((8, 6, 3)),
        "b/1.png": picture((8, 6, 3), seed=1),
        "b/2.jpg": picture((20, 30, 3), form="JPEG"),
    }

    table = read(tmp_path, pack(files))

    assert table.columns[0].statistics["shape"] == [8, 6, 3]
    assert table.dialect is not None
    assert table.dialect.to_json() == {"height": 8, "width": 6, "channels": 3, "resized": 1}
    assert [warning.code for warning in table.warnings] == ["data.images_resized"]


def test_grey_images_have_one_channel_and_large_ones_are_made_small(tmp_path: Path) -> None:
    """One channel where no image has colours; the longer side is at most 64."""
    files = {f"{label}/x.png": picture((128, 256), seed=i) for i, label in enumerate("ab")}

    table = read(tmp_path, pack(files))

    assert table.columns[0].statistics["shape"] == [32, 64, 1]


def animated() -> bytes:
    """Write a PNG of two frames."""
    frames = [Image.fromarray(np.full((4, 4), value, np.uint8)) for value in (0, 255)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def sixteen_bits() -> bytes:
    """Write a PNG of 16 bits."""
    buffer = io.BytesIO()
    Image.fromarray(np.arange(16, dtype=np.uint16).reshape(4, 4)).save(buffer, "PNG")
    return buffer.getvalue()


def claims(width: int, height: int) -> bytes:
    """Write a small PNG whose header claims another size."""
    content = bytearray(picture((4, 4, 3)))
    content[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    import zlib  # noqa: PLC0415 - used here alone

    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    return bytes(content)


BROKEN = {
    "cut off": (picture((40, 40, 3))[:900], "data.image_invalid"),
    "a cut off JPEG": (picture((64, 64, 3), form="JPEG")[:700], "data.image_invalid"),
    "text": (b"I am no image", "data.image_invalid"),
    "a GIF": (picture((4, 4), form="GIF"), "data.image_invalid"),
    "animated": (animated(), "data.image_invalid"),
    "CMYK": (picture(form="JPEG", mode="CMYK"), "data.image_invalid"),
    "16 bits": (sixteen_bits(), "data.image_invalid"),
    "50 000 x 50 000": (claims(50_000, 50_000), "data.image_too_large"),
    "7000 x 7000": (claims(7000, 7000), "data.image_too_large"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_image_is_named(tmp_path: Path, name: str) -> None:
    """Among good ones, with the entry's name in the message."""
    content, code = BROKEN[name]

    with pytest.raises(DatasetError) as caught:
        read(tmp_path, pack({"a/good.png": picture(), "b/bad.png": content}))

    assert caught.value.code == code
    assert "`b/bad.png`" in caught.value.message


def test_an_image_outside_of_folders_is_refused(tmp_path: Path) -> None:
    """Its class is not known."""
    with pytest.raises(DatasetError) as caught:
        read(tmp_path, pack({"a/1.png": picture(), "2.png": picture()}))

    assert caught.value.code == "data.archive_entries"
