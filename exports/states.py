"""States of trainings as NumPy archives: any arrays by name, no pickle, the same bytes for the same state."""

import io
import zipfile
from collections.abc import Mapping
from typing import BinaryIO

import numpy as np

from exports.errors import UnreadableModel
from exports.npz import entry


def write_state(arrays: Mapping[str, np.ndarray], file: BinaryIO) -> None:
    """Write the arrays in the order of their names; `numpy.load(file)` reads them."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in sorted(arrays.items()):
            with archive.open(entry(name), "w", force_zip64=True) as part:
                np.lib.format.write_array(part, array, allow_pickle=False)


def read_state(data: bytes) -> dict[str, np.ndarray]:
    """Read what `write_state` wrote; raises UnreadableModel for anything else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile, AttributeError) as error:
        raise UnreadableModel(f"The file is not the state of a training: {error}.") from error
