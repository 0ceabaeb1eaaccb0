"""The environment that the bits of a result depend on: libraries, the processor's instructions, threads."""

import ctypes
import os
import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from neural.engine import backend

Fingerprint = dict[str, Any]
PREFIXES, SUFFIXES = ("scipy_openblas", "openblas"), ("64_", "")


@cache
def fingerprint() -> Fingerprint:
    """Describe this process; equal fingerprints give equal bits."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "numpy": np.__version__,
        "blas": f"{blas['name']} {blas['version']}",
        "blas_core": ask_openblas("get_corename", ctypes.c_char_p),
        "blas_threads": ask_openblas("get_num_threads", ctypes.c_int),
        "cpu": platform.machine(),
        "cpu_features": features(),
        "kernels": backend.chosen(),
    }


def changed(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> list[str]:
    """Name what differs between two fingerprints; nothing when the earlier one is not known."""
    return [] if before is None else sorted(key for key in {*before, *now} if before.get(key) != now.get(key))


def features() -> list[str]:
    """Name the instruction sets that NumPy's own loops choose from on this processor."""
    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    return [*simd.get("baseline", []), *simd.get("found", [])]


def ask_openblas(question: str, answer: Any) -> Any:
    """Ask the OpenBLAS that NumPy loaded; None for another BLAS. The name's form depends on how it was built."""
    for path in loaded("openblas"):
        library = ctypes.CDLL(path)
        for prefix in PREFIXES:
            for suffix in SUFFIXES:
                function = getattr(library, f"{prefix}_{question}{suffix}", None)
                if function is not None:
                    function.restype = answer
                    said = function()
                    return said.decode() if isinstance(said, bytes) else said
    return None


def loaded(name: str) -> list[str]:
    """Find the shared libraries of this process whose file name holds a word; NumPy's own come first."""
    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
    except OSError:  # not on Linux
        lines = []
    paths = {line.split(maxsplit=5)[-1] for line in lines if name in os.path.basename(line)}  # noqa: PTH119  # a line
    return sorted(paths, key=lambda path: ("numpy" not in path, path))
