"""The NumPy form of a model: plain arrays that load without pickle."""

import io
import json
import zipfile
from collections.abc import Callable

import numpy as np

from exports import TrainedModel

Written = Callable[[str], bytes]


def test_numpy_loads_every_array_without_pickle(model: TrainedModel, written: Written) -> None:
    """The shortest way from a download to arrays is one call of NumPy."""
    with np.load(io.BytesIO(written("npz")), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files if name != "__metadata__"}

    assert arrays.keys() == model.arrays.keys()
    for name, array in model.arrays.items():
        np.testing.assert_array_equal(arrays[name], array, strict=True)


def test_the_metadata_is_json_in_bytes(model: TrainedModel, written: Written) -> None:
    """Spec and preprocessing travel with the arrays, readable with the standard library."""
    with np.load(io.BytesIO(written("npz")), allow_pickle=False) as file:
        metadata = json.loads(file["__metadata__"].tobytes())

    assert metadata["chainrule.spec"] == model.spec
    assert metadata["chainrule.preprocessing"] == model.preprocessing
    assert metadata["chainrule.format_version"] == "1"
    assert metadata["a"] == "1"


def test_the_archive_is_sound_and_knows_no_clock(written: Written) -> None:
    """A time stamp would make equal models differ."""
    with zipfile.ZipFile(io.BytesIO(written("npz"))) as archive:
        damaged = archive.testzip()
        dates = {info.date_time for info in archive.infolist()}

    assert damaged is None
    assert dates == {(1980, 1, 1, 0, 0, 0)}
