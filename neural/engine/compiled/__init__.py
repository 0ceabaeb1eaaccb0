"""Runs of prebound calls as one call: a loop compiled by numba goes through NumPy's own inner loops, without Python."""

import numba

from neural.engine.compiled.translator import CompiledCalls, Translator


def version() -> str:
    """Give the version of numba."""
    return str(numba.__version__)


__all__ = ["CompiledCalls", "Translator", "version"]
