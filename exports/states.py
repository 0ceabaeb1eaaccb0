"""States of trainings as NumPy archives: any arrays by name, no pickle, the same bytes for the same state."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

from exports.errors import UnreadableModel
from exports.npz import METADATA, as_bytes, entry


def write_state(arrays: Mapping[str, np.ndarray], file: BinaryIO, *, metadata: Mapping[str, Any]) -> None:
    """Write the arrays in the order of their names, the metadata as JSON beside them; `numpy.load(file)` reads them."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in sorted({**arrays, METADATA: as_bytes(metadata)}.items()):
            with archive.open(entry(name), "w", force_zip64=True) as part:
                np.lib.format.write_array(part, array, allow_pickle=False)


def read_state(data: bytes) -> dict[str, np.ndarray]:
    """Read the arrays that `write_state` wrote; raises UnreadableModel for anything else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files if name != METADATA}
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile, AttributeError) as error:
        raise UnreadableModel(f"The file is not the state of a training: {error}.") from error


def read_metadata(data: bytes) -> dict[str, Any]:
    """Read the metadata that `write_state` wrote, none where there is none; raises UnreadableModel."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            metadata: dict[str, Any] = json.loads(archive[METADATA].tobytes()) if METADATA in archive.files else {}
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile, AttributeError) as error:
        raise UnreadableModel(f"The file is not the state of a training: {error}.") from error
    return metadata
