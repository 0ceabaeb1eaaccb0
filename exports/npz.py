"""Models as NumPy archives that load with `numpy.load(file)`, no pickle, the same bytes for the same model."""

import zipfile
from collections.abc import Mapping
from typing import BinaryIO

import numpy as np

from exports.model import TrainedModel, canonical_json, metadata_of, sorted_arrays
from exports.order import keras_order

METADATA = "__metadata__"
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: the time of writing is no part of a model


def write_npz(model: TrainedModel, file: BinaryIO) -> None:
    """Write each array under its name, in Keras' order, then all metadata: UTF-8 JSON, the bytes of `__metadata__`."""
    arrays = dict(sorted_arrays(model))
    named = [(name, arrays[name]) for name in keras_order(model)]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in [*named, (METADATA, as_bytes(metadata_of(model)))]:
            with archive.open(entry(name), "w", force_zip64=True) as part:
                np.lib.format.write_array(part, array, allow_pickle=False)


def as_bytes(metadata: Mapping[str, object]) -> np.ndarray:
    """Lay JSON out as an array of bytes, which an archive can hold."""
    return np.frombuffer(canonical_json(metadata).encode(), np.uint8)


def entry(name: str) -> zipfile.ZipInfo:
    """Describe one array's file in the archive, without a time of its own."""
    info = zipfile.ZipInfo(f"{name}.npy", date_time=_DATE)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info
