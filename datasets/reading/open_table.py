"""Any file that holds a table: its first bytes decide how it is read, never its name."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from datasets.columns.column import Kind
from datasets.columns.forms.cell_forms import CellForms
from datasets.columns.table import Details, Table
from datasets.errors import FileTooLarge, FormatUnsupported
from datasets.limits import Limits
from datasets.reading.csv.encoding.decoders import read_as
from datasets.reading.csv.encoding.marks import find_mark
from datasets.reading.csv.parse_csv import parse_csv
from datasets.reading.formats.archives import gunzip, open_zip
from datasets.reading.formats.columnar import open_arrow_file, open_arrow_stream, open_parquet
from datasets.reading.formats.json_lines import open_json_lines
from datasets.reading.formats.npy import MAGIC as NPY
from datasets.reading.formats.npy import open_npy
from datasets.reading.formats.npz import open_npz
from datasets.reading.formats.typed_source import TypedSource
from datasets.reading.formats.typed_table import read_typed
from datasets.reading.overrides import Overrides
from datasets.reading.read_as import refuse_what_is_for_text, with_kinds
from datasets.reading.signatures import is_json_lines, name_format

HEAD = 4096
ZIP, GZIP, STREAM = (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b", b"\xff\xff\xff\xff"
FORMATS = ("csv", "jsonl", "parquet", "arrow", "npy", "npz", "images")
COLUMNAR = {b"PAR1": open_parquet, b"ARROW1": open_arrow_file, STREAM: open_arrow_stream, NPY: open_npy}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a file is read, and where its values go."""

    limits: Limits
    prepared: Path | None
    overrides: Overrides
    forms: CellForms | None


def parse_table(
    path: Path,
    *,
    limits: Limits,
    prepared: Path | None = None,
    overrides: Overrides = Overrides(),  # noqa: B008  # frozen
    forms: CellForms | None = None,
) -> Table:
    """Read a file of any format in FORMATS, CSV and JSON Lines also compressed by gzip, as far as it is told how.

    The values go to `prepared`, as `parse_csv` says. Raises a DatasetError.
    """
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise FileTooLarge(f"The file has {size} bytes; the limit is {limits.max_bytes}.", found=size)
    reading = Reading(limits=limits, prepared=prepared, overrides=overrides, forms=forms)
    with tempfile.TemporaryDirectory(prefix="chainrule-") as folder:
        return with_kinds(_parse(path, Path(folder), reading), overrides)


def texts_as_written(path: Path, names: Sequence[str], *, limits: Limits, overrides: Overrides) -> pa.Table:
    """Return columns of a file as texts, as they are written, where only empty cells are missing.

    What has a type in the file keeps it. Raises a DatasetError as `parse_table` does.
    """
    said = replace(
        overrides, decimal=None, thousands=None, date_format={}, missing_words=(),
        kinds=dict.fromkeys(names, Kind.CATEGORY),
    )  # fmt: skip
    return parse_table(path, limits=limits, overrides=said).arrow.select(list(names))


def _parse(path: Path, folder: Path, reading: Reading) -> Table:
    head = _head(path)
    if head.startswith(GZIP):
        return _compressed(path, folder, reading)
    if head.startswith(ZIP):
        return _archive(path, folder, reading)
    for magic, opener in COLUMNAR.items():
        if head.startswith(magic):
            return _typed(opener(path, reading.limits), reading)
    return _text(path, head, folder, reading)


def _typed(source: TypedSource, reading: Reading, *, but: str = "") -> Table:
    refuse_what_is_for_text(reading.overrides, source.format, but=but)
    return read_typed(
        source, reading.limits, prepared=reading.prepared, overrides=reading.overrides, forms=reading.forms
    )


def _text(path: Path, head: bytes, folder: Path, reading: Reading) -> Table:
    overrides = reading.overrides
    if is_json_lines(_as_utf8(head, overrides.encoding)):
        source = open_json_lines(path, reading.limits, folder / "rows.arrow", encoding=overrides.encoding)
        return _typed(source, reading, but="encoding")
    return parse_csv(path, limits=reading.limits, prepared=reading.prepared, overrides=overrides, forms=reading.forms)


def _as_utf8(head: bytes, told: str | None) -> bytes:
    """Return the first bytes of a file as they would be in UTF-8, where it has two or four bytes for each character."""
    marked, size = find_mark(head)
    encoding = marked or told or ""
    if not encoding.startswith(("utf-16", "utf-32")):
        return head
    return head[size:].decode(read_as(encoding, head), "ignore").encode()


def _compressed(path: Path, folder: Path, reading: Reading) -> Table:
    content = folder / "content"
    gunzip(path, content, reading.limits)
    head = _head(content)
    if head.startswith((*ZIP, GZIP, *COLUMNAR)):
        raise FormatUnsupported(
            f"The gzip file holds {name_format(head) or 'another packed file'}; CSV and JSON Lines may be compressed.",
            expected="gzip around CSV or JSON Lines",
            hint="Send the inner file as it is.",
        )
    table = _text(content, head, folder, reading)
    assert table.dialect is not None  # noqa: S101 - text files have one
    return replace(table, dialect=Details({**table.dialect.to_json(), "compression": "gzip"}))


def _archive(path: Path, folder: Path, reading: Reading) -> Table:
    from datasets.reading.formats.images import image_entries, looks_like_images, open_images  # noqa: PLC0415  # brings Pillow

    limits = reading.limits
    with open_zip(path, limits) as (archive, entries):
        if entries and all(entry.filename.endswith(".npy") for entry in entries):
            return _typed(open_npz(archive, entries, limits, folder), reading)
        if looks_like_images(files := image_entries(entries)):
            return _typed(open_images(archive, files, limits, folder / "images.arrow"), reading)
        raise FormatUnsupported(
            "The zip archive holds neither images in class folders nor the arrays of an .npz file.",
            found=entries[0].filename if entries else "no files",
            expected="folders of PNG or JPEG files, one for each class, or .npy files",
            hint="Send a table as it is, or compressed by gzip; save a spreadsheet as CSV.",
        )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)
