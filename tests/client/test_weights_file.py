"""Files that are no download of ours, by accident or by intent."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.errors import UnreadableWeights
from chainrule.weights_file import read

TEXTS = {"chainrule.format_version": "1", "chainrule.spec": "{}", "chainrule.preprocessing": "{}"}
VALUES = np.arange(4, dtype="<f4").tobytes()
ARRAY = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}


def file_of(header: object, values: bytes = VALUES) -> bytes:
    """Write a safetensors file."""
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + values


def with_array(**changes: Any) -> bytes:
    """Write a file whose one array is described otherwise."""
    return file_of({"__metadata__": TEXTS, "dense_1.kernel": {**ARRAY, **changes}})


def with_texts(**changes: Any) -> bytes:
    """Write a file whose metadata says otherwise."""
    changed = {f"chainrule.{name}": text for name, text in changes.items()}
    return file_of({"__metadata__": {**TEXTS, **changed}, "dense_1.kernel": ARRAY})


DEEP = b"[" * 100_000
HOSTILE = {
    "nothing": b"",
    "a few bytes": b"\x01\x02",
    "a page of a website": b"<!doctype html><title>502</title>",
    "a header larger than the file": struct.pack("<Q", 1 << 62) + b"{}",
    "a header that never ends": struct.pack("<Q", len(DEEP)) + DEEP,
    "a header that is a list": file_of([]),
    "a header that is a number": file_of(7),
    "a header that is no text": struct.pack("<Q", 2) + b"\xff\xfe",
    "no metadata": file_of({"dense_1.kernel": ARRAY}),
    "metadata of another program": file_of({"__metadata__": {"format": "pt"}}),
    "a spec that is a list": with_texts(spec="[]"),
    "a spec without an end": with_texts(spec="[" * 100_000),
    "a later version": with_texts(format_version="2"),
    "a version in words": with_texts(format_version="one"),
    "an array that is a number": file_of({"__metadata__": TEXTS, "dense_1.kernel": 3}),
    "a type with code in it": with_array(dtype="O"),
    "a type that is a list": with_array(dtype=["F32"]),
    "a shape that does not fit": with_array(shape=[3, 2]),
    "a shape larger than all memory": with_array(shape=[1 << 40, 1 << 40]),
    "a negative shape": with_array(shape=[-1, 2]),
    "offsets before the start": with_array(shape=[1], data_offsets=[-8, -4]),
    "offsets behind the end": with_array(data_offsets=[0, 1 << 40]),
    "offsets in the wrong order": with_array(data_offsets=[16, 0]),
    "offsets that are text": with_array(data_offsets=["0", "16"]),
    "a cut-off file": with_array()[:-1],
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_other_file_is_refused(content: bytes, tmp_path: Path) -> None:
    """Whatever is in the file, there is one error to catch, and it names the file."""
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)

    with pytest.raises(UnreadableWeights, match=r"weights\.safetensors"):
        read(path)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    """The table above refuses for the right reasons only if its unspoilt file is read."""
    path = tmp_path / "weights.safetensors"
    path.write_bytes(with_array())

    file = read(path)

    np.testing.assert_array_equal(file.arrays["dense_1.kernel"], [[0, 1], [2, 3]])
