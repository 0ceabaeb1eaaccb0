"""States of trainings as files: whole or refused, the same bytes for the same state, no pickle."""

import io

import numpy as np
import pytest

from exports import read_metadata, read_state, write_state
from exports.errors import UnreadableModel

ARRAYS = {
    "parameters": np.arange(5, dtype=np.float64),
    "slot/m": np.ones((2, 3), np.float32),
    "permutation": np.empty(0, np.int64),
    "scalars": np.frombuffer(b'{"epoch": 1}', np.uint8),
}
METADATA = {"preprocessing": {"version": 2, "names": ["größe"]}}


def written(arrays: dict[str, np.ndarray]) -> bytes:
    """Write to memory."""
    file = io.BytesIO()
    write_state(arrays, file, metadata=METADATA)
    return file.getvalue()


def test_a_state_comes_back() -> None:
    """Every type, every shape, also the empty one."""
    read = read_state(written(ARRAYS))

    assert read.keys() == ARRAYS.keys()
    assert read_metadata(written(ARRAYS)) == METADATA
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(read[name], array, strict=True)


def test_equal_states_give_equal_bytes() -> None:
    """Digests of checkpoints are held against each other."""
    assert written(ARRAYS) == written(dict(reversed(ARRAYS.items())))


@pytest.mark.parametrize(
    "damaged", [written(ARRAYS)[:-40], b"", b"PK" + written(ARRAYS)[9:], b"text"], ids=["cut", "empty", "gap", "text"]
)
def test_what_is_no_state_is_refused(damaged: bytes) -> None:
    """With one kind of error, whatever the fault."""
    with pytest.raises(UnreadableModel):
        read_state(damaged)


def test_a_pickle_inside_is_refused() -> None:
    """Nothing that is read may run code."""
    file = io.BytesIO()
    np.savez(file, evil=np.array([{"a": 1}], dtype=object))

    with pytest.raises(UnreadableModel):
        read_state(file.getvalue())
