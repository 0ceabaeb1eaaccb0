"""Models as safetensors files whose bytes depend on the model alone.

The library writes metadata in the order of a hash table that is seeded anew in every process, so the header is written
here; everything is read, and the layout checked, by the library. The format: 8 bytes little-endian length of the
header, the header as JSON padded with spaces to a multiple of 8, then the arrays without gaps.
"""

import json
import struct
from typing import BinaryIO

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from exports.errors import UnreadableModel
from exports.model import TrainedModel, canonical_json, metadata_of, model_from_metadata, sorted_arrays

_DTYPES = {"float64": "F64", "float32": "F32"}
_HEADER_LIMIT = 64 << 20  # a spec over 10 000 columns needs a few MiB


def write_safetensors(model: TrainedModel, file: BinaryIO) -> None:
    """Write the model; equal models give equal bytes, in every process."""
    arrays = sorted(sorted_arrays(model), key=lambda item: -item[1].itemsize)  # the wider dtype first keeps all aligned
    header = _header(model, arrays)
    file.write(struct.pack("<Q", len(header)))
    file.write(header)
    file.writelines(array.data if array.size else b"" for _, array in arrays)


def _header(model: TrainedModel, arrays: list[tuple[str, np.ndarray]]) -> bytes:
    texts = {
        key: value if isinstance(value, str) else canonical_json(value) for key, value in metadata_of(model).items()
    }
    entries: dict[str, object] = {"__metadata__": texts}
    end = 0
    for name, array in arrays:
        start, end = end, end + array.nbytes
        entries[name] = {"dtype": _DTYPES[array.dtype.name], "shape": list(array.shape), "data_offsets": [start, end]}
    header = json.dumps(entries, separators=(",", ":"), ensure_ascii=False).encode()
    return header + b" " * (-len(header) % 8)


def read_safetensors(file: BinaryIO) -> TrainedModel:
    """Read a model; raises UnreadableModel for anything that `write_safetensors` would not have written.

    The lengths that the file claims are held against the bytes that it has before anything is allocated for them.
    """
    data = file.read()
    header = _checked_header(data)
    try:
        arrays = load(data)
        texts = json.loads(header).get("__metadata__", {})
    except (SafetensorError, KeyError, ValueError, RecursionError) as error:
        raise UnreadableModel(f"The file is not a safetensors file: {error}.") from error
    for name, array in arrays.items():
        if array.dtype.name not in _DTYPES:
            raise UnreadableModel(f"`{name}` holds {array.dtype.name}; weights are {' or '.join(sorted(_DTYPES))}.")
    return model_from_metadata(arrays, texts)


def _checked_header(data: bytes) -> bytes:
    if len(data) < 8:
        raise UnreadableModel(f"The file has {len(data)} bytes; a safetensors file has at least 8.")
    (length,) = struct.unpack_from("<Q", data)
    if length > min(_HEADER_LIMIT, len(data) - 8):
        raise UnreadableModel(f"The file claims a header of {length} bytes and has {len(data) - 8} after its first 8.")
    return data[8 : 8 + length]
