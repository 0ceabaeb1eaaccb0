"""Runs of prebound calls as one call: a loop compiled by numba goes through NumPy's own inner loops, without Python."""

import numba

from neural.replay.translator import Replayed, Translator


def version() -> str:
    """Give the version of numba."""
    return str(numba.__version__)


__all__ = ["Replayed", "Translator", "version"]
