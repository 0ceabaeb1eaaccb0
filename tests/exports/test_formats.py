"""The table of formats: what it promises for each of them."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

import exports
from exports import FORMATS, TrainedModel
from exports.errors import UnknownFormat

SCRIPT = """
import hashlib, io, sys
import numpy as np
import exports
names = sorted(["dense_1.kernel", "dense_1.bias", "dense_2.kernel", "dense_2.bias"], key=hash)
arrays = {name: np.full((2, 3), len(name), np.float32) for name in names}
texts = {key: key for key in sorted("abcdefgh", key=hash)}
model = exports.TrainedModel(arrays=arrays, spec=texts, preprocessing=texts, metadata=texts)
file = io.BytesIO()
exports.write(model, sys.argv[1], file)
print(hashlib.sha256(file.getvalue()).hexdigest())
"""
ROOT = Path(exports.__file__).parents[1]


@pytest.mark.parametrize("name", FORMATS)
def test_equal_models_give_equal_bytes_in_every_process(name: str) -> None:
    """A blob is named by its digest: hash seeds, insertion order and the clock must not reach the file."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, name],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2", "3")
    }

    assert len(digests) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_another_weight_gives_other_bytes(name: str, model: TrainedModel) -> None:
    """A digest that does not notice a changed weight would prove nothing."""
    before, after = io.BytesIO(), io.BytesIO()
    exports.write(model, name, before)
    model.arrays["dense_1.kernel"][0, 0] += 1

    exports.write(model, name, after)

    assert hashlib.sha256(before.getvalue()).digest() != hashlib.sha256(after.getvalue()).digest()


def test_an_unknown_format_is_told_what_there_is(model: TrainedModel) -> None:
    """The answer to a typo names the formats."""
    with pytest.raises(UnknownFormat, match="`pickle`; there are `safetensors`, `npz`"):
        exports.write(model, "pickle", io.BytesIO())


def test_every_format_names_its_file() -> None:
    """Downloads are named by the table."""
    assert {each.extension for each in FORMATS.values()} == {".safetensors", ".npz"}
    assert all(name == each.name and each.summary for name, each in FORMATS.items())
