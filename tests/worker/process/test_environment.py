"""What bits depend on, as a worker tells it."""

import json
import os
from importlib.metadata import version

import pytest

from neural.engine import backend
from worker.process.environment import changed, fingerprint


def test_a_fingerprint_names_what_changes_bits() -> None:
    """It is written to rows, so it has to be JSON, and it has to say which kernels were chosen."""
    here = fingerprint()

    assert json.loads(json.dumps(here)) == here
    assert here["blas_core"]
    assert here["blas_threads"] >= 1
    assert here["cpu_features"]
    assert "openblas" in here["blas"]


def test_the_chosen_kernels_are_seen_not_guessed() -> None:
    """OPENBLAS_CORETYPE changes bits on the same processor: the library itself is asked."""
    wanted = os.environ.get("OPENBLAS_CORETYPE")

    core = fingerprint()["blas_core"]

    assert wanted is None or core.lower() == wanted.lower()


def test_compiled_kernels_are_named_with_their_version() -> None:
    """They give the same bits, and should that ever change, the attempt's record says with what it was trained."""
    pytest.importorskip("numba", reason="compiled kernels need numba, which is a group of its own")
    backend.choose("numba")
    try:
        told = fingerprint.__wrapped__()["kernels"]
    finally:
        backend.choose("numpy")

    assert told == f"numba {version('numba')}"
    assert fingerprint.__wrapped__()["kernels"] == "numpy"


def test_differences_are_named() -> None:
    """`Something changed` would help nobody."""
    assert changed({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 3, "d": 4}) == ["b", "c", "d"]
    assert changed(None, {"a": 1}) == []
