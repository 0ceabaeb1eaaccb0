"""Reading a downloaded safetensors file with NumPy alone."""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import UnreadableWeights

DTYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}


@dataclass(frozen=True)
class WeightsFile:
    """The arrays by name, with the resolved spec and the preprocessing that belong to them."""

    arrays: dict[str, np.ndarray]
    spec: dict[str, Any]
    preprocessing: dict[str, Any]


def read(path: str | Path) -> WeightsFile:
    """Read a file written by `Model.save`; raise `UnreadableWeights` for any other."""
    data = Path(path).read_bytes()
    try:
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8 : 8 + length])
        texts = header.pop("__metadata__")
        arrays = {name: array_of(data, 8 + length, entry) for name, entry in header.items()}
        return WeightsFile(arrays, json.loads(texts["chainrule.spec"]), json.loads(texts["chainrule.preprocessing"]))
    except (struct.error, KeyError, TypeError, ValueError) as error:
        raise UnreadableWeights(f"{path} is not a safetensors file of Chainrule: {error}") from error


def array_of(data: bytes, start: int, entry: dict[str, Any]) -> np.ndarray:
    """Take one array out of the file."""
    begin, end = entry["data_offsets"]
    values: np.ndarray = np.frombuffer(data[start + begin : start + end], DTYPES[entry["dtype"]])
    return values.reshape(entry["shape"]).copy()
