"""The stored form of a model: read by anyone, equal for equal models, safe against hostile bytes."""

import io
import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open

import exports
from exports import TrainedModel, read_safetensors
from exports.errors import NewerFormat, NotExportable, UnreadableModel

Written = Callable[[str], bytes]


def test_a_model_survives_the_file(model: TrainedModel, written: Written) -> None:
    """Predictions after a download need every array, the spec and the preprocessing, unchanged."""
    read = read_safetensors(io.BytesIO(written("safetensors")))

    assert dict(read.spec) == dict(model.spec)
    assert dict(read.preprocessing) == dict(model.preprocessing)
    assert dict(read.metadata) == dict(model.metadata)
    assert read.arrays.keys() == model.arrays.keys()
    for name, array in model.arrays.items():
        np.testing.assert_array_equal(read.arrays[name], array, strict=True)


def test_the_library_reads_the_arrays_and_the_metadata(model: TrainedModel, written: Written, tmp_path: Path) -> None:
    """People load these files with the safetensors library, in any framework."""
    path = tmp_path / "model.safetensors"
    path.write_bytes(written("safetensors"))

    with safe_open(path, framework="np") as file:
        metadata = file.metadata()
        kernel = file.get_tensor("dense_1.kernel")

    assert json.loads(metadata["chainrule.spec"]) == model.spec
    assert metadata["chainrule.format_version"] == "1"
    np.testing.assert_array_equal(kernel, model.arrays["dense_1.kernel"], strict=True)


def test_the_layout_is_the_librarys_own(model: TrainedModel, written: Written) -> None:
    """But for the order of the metadata, our writer and the library's must agree byte for byte."""
    data = written("safetensors")
    (length,) = struct.unpack_from("<Q", data)
    metadata = json.loads(data[8 : 8 + length])["__metadata__"]

    theirs = safetensors.numpy.save(dict(model.arrays), metadata=metadata)

    (their_length,) = struct.unpack_from("<Q", theirs)
    assert data[8 + length :] == theirs[8 + their_length :]
    assert json.loads(data[8 : 8 + length]) == json.loads(theirs[8 : 8 + their_length])
    assert length == their_length


def test_mixed_widths_are_laid_out_as_the_library_does() -> None:
    """Wider numbers come first, so that every array is aligned in the file."""
    arrays = {"a": np.arange(3, dtype=np.float32), "b": np.arange(2, dtype=np.float64)}
    file = io.BytesIO()

    exports.write(TrainedModel(arrays=arrays, spec={}, preprocessing={}), "safetensors", file)

    theirs = safetensors.numpy.save(arrays)
    assert file.getvalue()[-28:] == theirs[-28:]


def test_a_transposed_array_is_written_as_it_reads() -> None:
    """The library would write the memory of a strided view in the wrong order."""
    kernel = np.arange(6, dtype=np.float32).reshape(2, 3).T
    file = io.BytesIO()

    exports.write(TrainedModel(arrays={"k": kernel}, spec={}, preprocessing={}), "safetensors", file)

    file.seek(0)
    np.testing.assert_array_equal(read_safetensors(file).arrays["k"], kernel)


def test_big_endian_and_empty_arrays_survive() -> None:
    """A network without a bias, or read on another machine, is still a network."""
    arrays = {"big": np.array([1.5, 2.5], ">f4"), "empty": np.zeros((0, 4), np.float32)}
    file = io.BytesIO()

    exports.write(TrainedModel(arrays=arrays, spec={}, preprocessing={}), "safetensors", file)

    file.seek(0)
    read = read_safetensors(file).arrays
    np.testing.assert_array_equal(read["big"], [1.5, 2.5])
    assert read["empty"].shape == (0, 4)


def header(entries: dict[str, object], data: bytes = b"") -> bytes:
    """A file with this header and these bytes behind it."""
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text + data


METADATA = {"chainrule.spec": "{}", "chainrule.preprocessing": "{}", "chainrule.format_version": "1"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "at least 8"),
        (b"1234", "at least 8"),
        (struct.pack("<Q", 1 << 40) + b"{}", "claims a header of 1099511627776 bytes"),
        (struct.pack("<Q", 2) + b"[]", "not a safetensors file"),
        (struct.pack("<Q", 50_000) + b"[" * 50_000, "not a safetensors file"),
        (header({"a": {"dtype": "F32", "shape": [1 << 30, 1 << 30], "data_offsets": [0, 4]}}, b"1234"), "safetensors"),
        (header({"a": {"dtype": "F32", "shape": [1 << 33], "data_offsets": [0, 1 << 35]}}, b"1234"), "safetensors"),
        (header({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}, b"1234"), "safetensors"),
        (header({"a": {"dtype": "O", "shape": [1], "data_offsets": [0, 4]}}, b"1234"), "safetensors"),
        (header({"a": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}, b"1234"), "safetensors"),
        (header({"a": {"dtype": "I32", "shape": [1], "data_offsets": [0, 4]}}, b"1234"), "holds int32"),
        (header({"__metadata__": {}}), "not written by Chainrule"),
        (header({"__metadata__": METADATA | {"chainrule.format_version": "x"}}), "not written by Chainrule"),
        (header({"__metadata__": METADATA | {"chainrule.spec": "{"}}), "`chainrule.spec` is not JSON"),
        (header({"__metadata__": METADATA | {"chainrule.spec": "[]"}}), "not a JSON object"),
        (header({"__metadata__": METADATA | {"chainrule.spec": '{"a":NaN}'}}), "NaN is not a JSON number"),
        (header({"__metadata__": METADATA | {"chainrule.spec": "[" * 100_000}}), "not JSON"),
        (header({"__metadata__": {k: v for k, v in METADATA.items() if "prep" not in k}}), "has no `chainrule.prep"),
    ],
)
def test_hostile_bytes_get_a_sentence(data: bytes, words: str) -> None:
    """A model file may come from anyone: nothing is allocated on its word, nothing escapes but one error."""
    with pytest.raises(UnreadableModel, match=words):
        read_safetensors(io.BytesIO(data))


def test_a_later_version_is_named() -> None:
    """Reading half of a newer file would give wrong predictions; saying so tells what to update."""
    data = header({"__metadata__": METADATA | {"chainrule.format_version": "2"}})

    with pytest.raises(NewerFormat, match="format version `2`"):
        read_safetensors(io.BytesIO(data))


@given(data=st.data())
def test_a_damaged_file_never_raises_anything_else(data: st.DataObject) -> None:
    """Flipped and missing bytes end in a model or in UnreadableModel, whatever they hit."""
    file = io.BytesIO()
    arrays = {"a": np.ones((2, 3), np.float32), "b": np.ones(2, np.float64)}
    exports.write(TrainedModel(arrays=arrays, spec={"x": 1}, preprocessing={}), "safetensors", file)
    damaged = bytearray(file.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    damaged = damaged[: data.draw(st.integers(0, len(damaged)))]

    try:
        read_safetensors(io.BytesIO(damaged))
    except UnreadableModel as error:
        assert str(error)  # noqa: PT017 - a model is an answer, too


def test_weights_of_another_kind_are_refused() -> None:
    """An object array would need pickle, an integer array is no weight."""
    with pytest.raises(NotExportable, match="`a` holds int64"):
        TrainedModel(arrays={"a": np.arange(3)}, spec={}, preprocessing={})


def test_own_keys_cannot_be_overwritten() -> None:
    """Metadata from outside must not replace the spec."""
    with pytest.raises(NotExportable, match="reserved"):
        TrainedModel(arrays={}, spec={}, preprocessing={}, metadata={"chainrule.spec": "{}"})


def test_nan_in_the_spec_is_refused() -> None:
    """JSON has no NaN; a file with one could not be read elsewhere."""
    model = TrainedModel(arrays={}, spec={"a": float("nan")}, preprocessing={})

    with pytest.raises(NotExportable, match="not JSON"):
        exports.write(model, "safetensors", io.BytesIO())
