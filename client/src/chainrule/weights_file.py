"""Reading a downloaded safetensors file with NumPy alone."""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import UnreadableWeights

FORMAT_VERSION = 1
DTYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}


@dataclass(frozen=True)
class WeightsFile:
    """The arrays by name, with the resolved spec and the preprocessing that belong to them."""

    arrays: dict[str, np.ndarray]
    spec: dict[str, Any]
    preprocessing: dict[str, Any]
    calibration: dict[str, Any] | None = None  # what sets and intervals are made from


def read(path: str | Path) -> WeightsFile:
    """Read a file written by `Model.save`; raise `UnreadableWeights` for any other."""
    data = Path(path).read_bytes()
    try:
        header, values = parts(data)
        texts = header.pop("__metadata__")
        check_version(texts["chainrule.format_version"])
        arrays = {name: array_of(values, entry) for name, entry in header.items()}
        spec, preprocessing = (an_object(texts[f"chainrule.{name}"]) for name in ("spec", "preprocessing"))
        scores = texts.get("chainrule.calibration")
        return WeightsFile(arrays, spec, preprocessing, None if scores is None else an_object(scores))
    except (struct.error, KeyError, TypeError, ValueError, RecursionError) as error:
        raise UnreadableWeights(f"{path} is not a safetensors file of Chainrule: {error!r}") from error


def parts(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Split a file into its header and the bytes of the arrays."""
    (length,) = struct.unpack_from("<Q", data)
    if length > len(data) - 8:
        raise ValueError(f"a header of {length} bytes does not fit into the file")
    return an_object(data[8 : 8 + length]), data[8 + length :]


def an_object(text: str | bytes) -> dict[str, Any]:
    """Read JSON that has to be an object."""
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError("there is JSON that is no object")
    return value


def check_version(text: str) -> None:
    """Refuse what a later version wrote."""
    if int(text) > FORMAT_VERSION:
        raise ValueError(f"format version {text[:9]}; this client reads versions up to {FORMAT_VERSION}")


def array_of(values: bytes, entry: dict[str, Any]) -> np.ndarray:
    """Take one array out of the file."""
    begin, end = entry["data_offsets"]
    dtype, shape = DTYPES[entry["dtype"]], entry["shape"]
    if not 0 <= begin <= end <= len(values) or any(size < 0 for size in shape):
        raise ValueError(f"an array at {begin} to {end} of shape {shape} is not in the file")
    return np.frombuffer(values[begin:end], dtype).reshape(shape).copy()
