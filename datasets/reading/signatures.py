"""Signatures of file formats: a file is recognized by its first bytes and never by its name."""

import re

from datasets.errors import BinaryFile, FormatUnsupported

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive (also .xlsx, .ods, .npz and .keras are zip archives)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow IPC file"),
    (b"FEA1", "a Feather file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"\x93NUMPY", "a NumPy .npy file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file (WebP, WAV)"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
HINTS = {
    "ARFF": "Write the names of the attributes, with commas between them, instead of all lines up to `@data`.",
    "JSON": "Write each object on a line of its own (JSON Lines): in pandas `to_json(lines=True, orient='records')`.",
}
TEXT_FORMATS = {
    "ARFF": re.compile(rb"(\s*%[^\n]*\n)*\s*@relation\b", re.IGNORECASE),
    "SQL": re.compile(rb"(\s*--[^\n]*\n)*\s*(INSERT\s+INTO|CREATE\s+TABLE|DROP\s+TABLE)\b", re.IGNORECASE),
    "LIBSVM": re.compile(
        rb"\s*[+-]?[\d.]+( +\d+:[-+.\deE]+)+[ \t]*\r?\n[+-]?[\d.]+( +\d+:[-+.\deE]+)+[ \t]*(\r?\n|\Z)"
    ),
    "Matrix Market": re.compile(rb"%%MatrixMarket\b"),
    "LaTeX": re.compile(rb"\s*\\(begin|documentclass)\b"),
}
"""Texts that hold tables, in ways that are not read here."""
PICKLE = re.compile(rb"\x80[\x02-\x05][\x00-\xff]")
MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|svg)", re.IGNORECASE)
JSON = re.compile(rb"\s*(\{\s*\"|\{\s*\}|\[\s*[\[{])")
LINES = re.compile(rb"(\xef\xbb\xbf)*\s*\{")
TEXT_CONTROLS = frozenset(b"\t\n\v\f\r\x1a\x1b")


def name_format(head: bytes) -> str | None:
    """Return the known format that these first bytes belong to, or None for what may be delimited text."""
    for signature, name in SIGNATURES:
        if head.startswith(signature):
            return name
    if PICKLE.match(head):
        return "a Python pickle"
    if MARKUP.match(head):
        return "an HTML or XML page"
    if JSON.match(head):
        return "JSON"
    return next((name for name, pattern in TEXT_FORMATS.items() if pattern.match(head)), None)


def is_json_lines(head: bytes) -> bool:
    """Whether the first bytes are those of an object on a line, or of what means to be one."""
    return bool(LINES.match(head) and JSON.match(head.lstrip(b"\xef\xbb\xbf")))


def refuse_known_formats(head: bytes) -> None:
    """Raise FormatUnsupported when the first bytes are those of something else than delimited text."""
    name = name_format(head)
    if name is not None:
        raise FormatUnsupported(
            f"The file is {name}, which is not read.",
            found=name,
            expected="CSV, JSON Lines, Parquet, Arrow IPC, NPY, NPZ or a zip of images in class folders",
            hint=HINTS.get(name, "Save the table as CSV in UTF-8. The content decides, not the file's name."),
        )


def refuse_binary(head: bytes) -> None:
    """Raise BinaryFile when the first bytes hold more control characters than text ever does."""
    controls = sum(1 for byte in head if byte < 32 and byte not in TEXT_CONTROLS)
    if controls > max(1, len(head) // 20):
        raise BinaryFile(
            "The file is binary data, not text.",
            found=" ".join(f"{byte:02x}" for byte in head[:8]),
            expected="delimited text",
            hint="Save the table as CSV in UTF-8.",
        )
