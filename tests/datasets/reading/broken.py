"""Files that are broken in one way each, made by code, with what must be said of them."""

import gzip
import io
import json
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

MEGABYTE = 1 << 20
MADE = np.random.Generator(np.random.PCG64(5))


@dataclass(frozen=True)
class Broken:
    """How to make the file, the code of its refusal, the place, and words that the message holds."""

    make: Callable[[], bytes]
    code: str
    position: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()


def npy(array: np.ndarray) -> bytes:
    """Write one array."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


SQUARE = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)}"


def header(text: str, *, data: bytes = b"", version: tuple[int, int] = (1, 0)) -> bytes:
    """Write a .npy file with a header of one's own."""
    size = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + size + text.encode() + data


def described(descr: str = "'<f8'", shape: str = "(2, 2)", order: str = "False", data: bytes = bytes(32)) -> bytes:
    """Write a .npy file that describes itself so."""
    return header(f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}}}\n", data=data)


def packed(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Put files into a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def linked() -> bytes:
    """Put a symbolic link into a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("x.npy")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


def flagged(flags: int = 0, method: int | None = None) -> bytes:
    """Change flags or method of the only entry, in both of its headers."""
    content = bytearray(packed({"x.npy": npy(np.arange(3.0))}))
    central = content.index(b"PK\x01\x02")
    for place in (6, central + 8):
        content[place] |= flags
        if method is not None:
            content[place + 2] = method
    return bytes(content)


def announcing(size: int) -> bytes:
    """Let both headers announce another size than the content has."""
    content = bytearray(packed({"x.npy": npy(np.zeros(1000))}))
    central = content.index(b"PK\x01\x02")
    for place in (22, central + 24):
        content[place : place + 4] = size.to_bytes(4, "little")
    return bytes(content)


def overlapping() -> bytes:
    """Let two entries of the directory share one content."""
    content = packed({"x.npy": npy(np.arange(3.0)), "y.npy": npy(np.arange(3.0))})
    central = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", central + 4)
    changed = bytearray(content)
    changed[second + 42 : second + 46] = (0).to_bytes(4, "little")
    return bytes(changed)


def crowded() -> bytes:
    """Announce 70 000 entries."""
    return packed({f"a/{index}.png": b"" for index in range(60_000)}, method=zipfile.ZIP_STORED)


def bomb() -> bytes:
    """Write 100 megabytes of zeros into 100 kilobytes."""
    return packed({"x.npy": described("'<f8'", "(13107200,)", data=bytes(100 * MEGABYTE))})


def parquet(table: pa.Table) -> bytes:
    """Write Parquet."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, write_page_checksum=True)
    return bytes(sink.getvalue())


def arrow(table: pa.Table, *, stream: bool = False) -> bytes:
    """Write Arrow IPC."""
    sink = pa.BufferOutputStream()
    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def arrow_named(name: bytes) -> bytes:
    """Write an Arrow file whose column has a name of any bytes."""
    stand_in = "n" * len(name)
    return arrow(pa.table({stand_in: [1.0, 2.0]})).replace(stand_in.encode(), name)


def parquet_named(name: bytes) -> bytes:
    """Write a Parquet file whose column has a name of any bytes."""
    stand_in, sink = "n" * len(name), pa.BufferOutputStream()
    pq.write_table(pa.table({stand_in: [1.0, 2.0]}), sink, store_schema=False)
    return bytes(sink.getvalue()).replace(stand_in.encode(), name)


def lines(*rows: Any) -> bytes:
    """Write JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def text(content: str) -> Callable[[], bytes]:
    """Give text as it is."""
    return content.encode


def npz(**arrays: np.ndarray) -> bytes:
    """Write named arrays."""
    return packed({f"{name}.npy": npy(array) for name, array in arrays.items()})


SMALL = pa.table({"a": [1.0, 2.0], "b": ["x", "y"]})
BIG = pa.table({"a": MADE.random(5000)})
HUGE = "1" + "0" * 400
AT_3 = {"line": 3, "row": 3, "name": "a"}
BROKEN: dict[str, Broken] = {
    # JSON Lines
    "json: no comma": Broken(text('{"a": 1}\n{"a" 2}\n'), "data.bad_json", {"line": 2}, ("character 6",)),
    "json: cut off": Broken(text('{"a": 1}\n{"a": '), "data.bad_json", {"line": 2}),
    "json: a list": Broken(text('{"a": 1}\n[1]\n'), "data.bad_json", {"line": 2}, ("not a JSON object",)),
    "json: a number": Broken(text('{"a": 1}\n\n7\n'), "data.bad_json", {"line": 3}),
    "json: two on a line": Broken(text('{"a": 1} {"a": 2}\n'), "data.bad_json", {"line": 1}),
    "json: a name twice": Broken(text('{"a": 1, "a": 2}\n'), "data.bad_json", {"line": 1}, ("`a` comes twice",)),
    "json: an object inside": Broken(
        lambda: lines({"a": 1}, {"a": 2}, {"a": {"b": 1}}), "data.bad_json", AT_3, ("an object",)
    ),
    "json: texts in a list": Broken(lambda: lines({"a": [1]}, {"a": [2]}, {"a": ["x"]}), "data.bad_json", AT_3),
    "json: lists in a list": Broken(lambda: lines({"a": [1]}, {"a": [2]}, {"a": [[3]]}), "data.bad_json", AT_3),
    "json: half a pair in a text": Broken(
        text('{"a": "x"}\n{"a": "\\ud83d!"}\n'), "data.bad_json", {"line": 2}, ("surrogate", "character 8")
    ),
    "json: half a pair in a name": Broken(text('{"\\udc00": 1}\n'), "data.bad_json", {"line": 1}, ("surrogate",)),
    "json: halves the wrong way round": Broken(text('{"a": "\\ude00\\ud83d"}\n'), "data.bad_json", {"line": 1}),
    "arrow: a name that is not UTF-8": Broken(
        lambda: arrow_named(b"\xff\xfename"), "data.bad_column_name", {}, ("not UTF-8",)
    ),
    "parquet: a name that is not UTF-8": Broken(
        lambda: parquet_named(b"\xff\xfename"), "data.bad_column_name", {}, ("not UTF-8",)
    ),
    "json: nested deeply": Broken(text('{"a": ' + "[" * 200_000 + "\n"), "data.bad_json", {"line": 1}),
    "json: infinity": Broken(text('{"a": 1}\n{"a": Infinity}\n'), "data.non_finite", {"line": 2, "row": 2}),
    "json: too large a number": Broken(text('{"a": 1e999}\n'), "data.non_finite", {"line": 1, "row": 1, "name": "a"}),
    "json: too large an integer": Broken(text(f'{{"a": {HUGE}}}\n'), "data.non_finite", {"line": 1}),
    "json: thousands of digits": Broken(text(f'{{"a": {"9" * 5000}}}\n'), "data.bad_json", {"line": 1}),
    "json: vectors of two lengths": Broken(
        lambda: lines({"a": [1.5, 2]}, {"a": [1.5]}), "data.ragged_vector", {"row": 2, "name": "a"}
    ),
    "json: a vector is missing": Broken(
        lambda: lines({"a": [1, 2]}, {"a": None}), "data.ragged_vector", {"row": 2, "name": "a"}
    ),
    "json: a line without end": Broken(text('{"a": "' + "x" * 2_100_000 + '"}'), "data.line_too_long", {"line": 1}),
    "json: too many names": Broken(
        lambda: lines({str(i): 1 for i in range(10_001)}), "data.too_many_columns", {"line": 1, "row": 1}
    ),
    "json: a name that cannot be shown": Broken(lambda: lines({"a\u202e": 1}), "data.bad_column_name", {"column": 1}),
    "json: empty lists": Broken(lambda: lines({"a": [], "b": 1}), "data.ragged_vector", {"name": "a"}),
    "json: a document": Broken(text('[{"a": 1}, {"a": 2}]'), "data.format_unsupported", {}, ("JSON",)),
    # NPY
    "npy: objects": Broken(lambda: npy(np.array([{}, []], object)), "data.pickle_forbidden", {}, ("Python objects",)),
    "npy: a pickle that calls itself npy": Broken(
        lambda: described("'|O'", "(1,)", data=pickle.dumps([1])), "data.pickle_forbidden"
    ),
    "npy: 32 gigabytes announced": Broken(
        lambda: described(shape="(65536, 65536)"), "data.size_mismatch", {}, ("34359738368",)
    ),
    "npy: more bytes than announced": Broken(lambda: described(data=bytes(40)), "data.size_mismatch"),
    "npy: cut off": Broken(lambda: npy(np.arange(100.0))[:-9], "data.size_mismatch"),
    "npy: 2^63 rows": Broken(lambda: described(shape="(9223372036854775808, 4)"), "data.size_mismatch"),
    "npy: a negative shape": Broken(lambda: described(shape="(-1, 2)"), "data.malformed"),
    "npy: a shape of words": Broken(lambda: described(shape="('a',)"), "data.malformed"),
    "npy: a shape of true": Broken(lambda: described(shape="(True,)"), "data.malformed"),
    "npy: version 9": Broken(lambda: header("{}", version=(9, 0)), "data.malformed", {}, ("version",)),
    "npy: a header of 4 gigabytes": Broken(
        lambda: b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**32 - 1) + b"{}", "data.malformed"
    ),
    "npy: a header that is code": Broken(lambda: header("__import__('os').abort()\n"), "data.malformed"),
    "npy: a header without an order": Broken(lambda: header("{'descr': '<f8', 'shape': (1,)}\n"), "data.malformed"),
    "npy: a header cut off": Broken(lambda: npy(np.arange(4.0))[:20], "data.malformed"),
    "npy: an endless header": Broken(
        lambda: header(f"{SQUARE}{' ' * (1 << 17)}\n", data=bytes(32), version=(2, 0)), "data.malformed", {}, ("65536",)
    ),
    "npy: the magic alone": Broken(lambda: b"\x93NUMPY", "data.malformed"),
    "npy: an unknown dtype": Broken(lambda: described("'<q99'"), "data.malformed"),
    "npy: structured": Broken(lambda: npy(np.zeros(3, [("a", "<f8")])), "data.unsupported_type", {}, ("structured",)),
    "npy: void": Broken(lambda: described("'|V8'", "(4,)"), "data.unsupported_type"),
    "npy: complex": Broken(lambda: npy(np.zeros(3, complex)), "data.unsupported_type", {}, ("complex128",)),
    "npy: text": Broken(lambda: npy(np.array(["a", "b"])), "data.unsupported_type"),
    "npy: bytes": Broken(lambda: npy(np.array([b"a", b"b"])), "data.unsupported_type"),
    "npy: dates": Broken(lambda: npy(np.zeros(3, "datetime64[D]")), "data.unsupported_type"),
    "npy: long doubles": Broken(lambda: npy(np.zeros(3, np.longdouble)), "data.unsupported_type"),
    "npy: a single number": Broken(lambda: npy(np.float64(3)), "data.malformed"),  # type: ignore[arg-type]
    "npy: no rows": Broken(lambda: npy(np.zeros((0, 3))), "data.no_rows"),
    "npy: no columns": Broken(lambda: npy(np.zeros((3, 0))), "data.no_rows"),
    "npy: too many columns": Broken(lambda: npy(np.zeros((2, 10_001))), "data.too_many_columns"),
    "npy: infinite": Broken(
        lambda: npy(np.array([[1, 2], [3, np.inf]])), "data.non_finite", {"row": 2, "column": 2, "name": "column_2"}
    ),
    # NPZ and zip
    "npz: arrays of two lengths": Broken(
        lambda: npz(x=np.zeros((3, 2)), y=np.zeros(4)), "data.ragged_vector", {}, ("`x` 3", "`y` 4")
    ),
    "npz: objects": Broken(lambda: npz(x=np.array([None])), "data.pickle_forbidden", {}, ("`x`",)),
    "npz: not finite": Broken(
        lambda: npz(x=np.array([[1, 2], [3, np.nan]]), y=np.zeros(2)), "data.non_finite", {"row": 2, "name": "x"}
    ),
    "npz: beyond float32": Broken(
        lambda: npz(x=np.array([[1, 2], [1e39, 1]]), y=np.zeros(2)), "data.non_finite", {"row": 2, "name": "x"}
    ),
    "npz: 100 megabytes of zeros": Broken(bomb, "data.archive_ratio"),
    "npz: announces less": Broken(lambda: announcing(1000), "data.archive_damaged"),
    "npz: announces more": Broken(lambda: announcing(100_000), "data.size_mismatch"),
    "zip: points out": Broken(lambda: packed({"../x.npy": b""}), "data.archive_path", {}, ("`../x.npy`",)),
    "zip: absolute": Broken(lambda: packed({"/etc/x.npy": b""}), "data.archive_path"),
    "zip: a drive": Broken(lambda: packed({"C:/x.npy": b""}), "data.archive_path"),
    "zip: backslashes": Broken(lambda: packed({"..\\x.npy": b""}), "data.archive_path"),
    "zip: a link": Broken(linked, "data.archive_path", {}, ("no plain file",)),
    "zip: encrypted": Broken(lambda: flagged(1), "data.archive_method", {}, ("encrypted",)),
    "zip: an odd method": Broken(lambda: flagged(method=99), "data.archive_method"),
    "zip: bzip2": Broken(lambda: packed({"x.npy": b"1"}, method=zipfile.ZIP_BZIP2), "data.archive_method"),
    "zip: overlapping": Broken(overlapping, "data.archive_overlap"),
    "zip: 60 000 entries": Broken(crowded, "data.archive_entries", {}, ("60000",)),
    "zip: cut off": Broken(lambda: npz(x=np.arange(90.0))[:-30], "data.archive_damaged"),
    "zip: empty": Broken(lambda: packed({}), "data.format_unsupported"),
    "zip: a table": Broken(lambda: packed({"table.csv": b"a,b\n1,2\n"}), "data.format_unsupported"),
    "zip: a spreadsheet": Broken(lambda: packed({"xl/workbook.xml": b"<x/>"}), "data.format_unsupported"),
    "zip: in a zip": Broken(lambda: packed({"x.zip": packed({"y": b""})}), "data.format_unsupported"),
    "zip: names of arrays and none": Broken(lambda: packed({"x.npy": b"nothing"}), "data.malformed", {}, ("`x`",)),
    "zip: the signature alone": Broken(lambda: b"PK\x03\x04", "data.archive_damaged"),
    # gzip
    "gzip: cut off": Broken(lambda: gzip.compress(MADE.bytes(9000))[:-20], "data.archive_damaged", {}, ("damaged",)),
    "gzip: a wrong checksum": Broken(lambda: gzip.compress(b"a,b\n1,2\n")[:-8] + bytes(8), "data.archive_damaged"),
    "gzip: 100 megabytes of one letter": Broken(lambda: gzip.compress(b"a" * 100 * MEGABYTE), "data.archive_ratio"),
    "gzip: in gzip": Broken(lambda: gzip.compress(gzip.compress(b"a,b\n1,2\n")), "data.format_unsupported"),
    "gzip: around nothing": Broken(lambda: gzip.compress(b""), "data.empty"),
    "gzip: around a ragged table": Broken(
        lambda: gzip.compress(b"a,b\n1,2\n3\n"), "data.ragged_row", {"line": 3, "row": 2, "column": 1}
    ),
    "gzip: around Parquet": Broken(lambda: gzip.compress(parquet(SMALL)), "data.format_unsupported", {}, ("Parquet",)),
    "gzip: garbage behind": Broken(lambda: gzip.compress(b"a,b\n1,2\n") + b"garbage", "data.archive_damaged"),
    # Parquet and Arrow
    "parquet: cut off": Broken(lambda: parquet(SMALL)[:-20], "data.malformed", {}, ("Parquet",)),
    "parquet: the magic alone": Broken(lambda: b"PAR1", "data.malformed"),
    "parquet: zeros in the middle": Broken(lambda: _zeroed(parquet(BIG)), "data.malformed"),
    "parquet: no rows": Broken(lambda: parquet(SMALL.slice(0, 0)), "data.no_rows"),
    "parquet: structs": Broken(
        lambda: parquet(pa.table({"a": [{"b": 1}]})), "data.unsupported_type", {"name": "a"}, ("struct",)
    ),
    "parquet: bytes": Broken(lambda: parquet(pa.table({"a": [b"x"]})), "data.unsupported_type", {"name": "a"}),
    "parquet: lists of texts": Broken(lambda: parquet(pa.table({"a": [["x"]]})), "data.unsupported_type"),
    "parquet: infinite": Broken(
        lambda: parquet(pa.table({"a": [1.0, 2, float("-inf")]})),
        "data.non_finite",
        {"row": 3, "column": 1, "name": "a"},
    ),
    "parquet: a name twice": Broken(
        lambda: parquet(pa.table([pa.array([1]), pa.array([2])], ["a", "a"])), "data.duplicate_column", {"column": 2}
    ),
    "parquet: vectors of two lengths": Broken(
        lambda: parquet(pa.table({"a": [[0.5], [1.5, 2]]})), "data.ragged_vector", {"row": 1, "name": "a"}
    ),
    "arrow: cut off": Broken(lambda: arrow(BIG)[:-40], "data.malformed", {}, ("Arrow",)),
    "arrow: the magic alone": Broken(lambda: b"ARROW1\0\0", "data.malformed"),
    "arrow: a stream cut off": Broken(lambda: arrow(BIG, stream=True)[:-4000], "data.malformed"),
    "arrow: no rows": Broken(lambda: arrow(SMALL.slice(0, 0)), "data.no_rows"),
    "arrow: offsets out of bounds": Broken(lambda: _bent(arrow(pa.table({"a": ["xx", "yy", "zz"]}))), "data.malformed"),
    # others
    "a pickle": Broken(lambda: pickle.dumps({"a": [1]}), "data.format_unsupported", {}, ("pickle",)),
    "an HDF5 file": Broken(lambda: b"\x89HDF\r\n\x1a\n" + bytes(500), "data.format_unsupported", {}, ("HDF5",)),
    "a raw deflate stream": Broken(lambda: zlib.compress(MADE.bytes(4000)), "data.binary"),
    "a Keras file": Broken(
        lambda: packed({"config.json": b'{"class_name": "Lambda"}', "model.weights.h5": b"\x89HDF"}),
        "data.format_unsupported",
        {},
        ("neither images",),
    ),
    "a PyTorch file": Broken(lambda: packed({"archive/data.pkl": pickle.dumps([1])}), "data.format_unsupported"),
}  # fmt: skip


def _zeroed(content: bytes) -> bytes:
    return content[:200] + bytes(len(content) // 2) + content[200 + len(content) // 2 :]


def _bent(content: bytes) -> bytes:
    """Let the second text begin far outside of the data."""
    offsets = struct.pack("<4i", 0, 2, 4, 6)
    assert offsets in content
    return content.replace(offsets, struct.pack("<4i", 0, 1 << 30, 4, 6))
