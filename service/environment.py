"""The environment of the service's processes: settings as variables, one BLAS thread, memory that is given back."""

import os
from collections.abc import Mapping
from pathlib import Path

from store import Settings
from store.settings.settings import SETTINGS

ROOT = Path(__file__).parent.parent
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1"}

GIVING_BACK = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_MMAP_THRESHOLD_": str(1 << 20)}
"""Memory that was freed goes back to the system: left to themselves, Arrow keeps it for each of its threads, and glibc
raises its threshold with each large block. A refused CSV file of 30 MB left 100 MB behind; with these, 45. Smaller
thresholds leave less, and make reading slower."""


def for_children(settings: Settings) -> dict[str, str]:
    """Our own environment with these settings, one BLAS thread and thrifty memory, and the source on the path."""
    source = os.pathsep.join([str(ROOT), str(ROOT / "client" / "src")])
    ours = {setting.variable for setting in SETTINGS.values()}  # a setting that is not set stays so
    others = {name: value for name, value in os.environ.items() if name not in ours}
    return {
        **GIVING_BACK,
        **others,
        **as_variables(settings),
        **ONE_THREAD,
        "PYTHONPATH": source,
        "PYTHONUNBUFFERED": "1",
    }


def as_variables(settings: Settings) -> Mapping[str, str]:
    """Write settings as the variables that they are read from."""
    written = {}
    for name, setting in SETTINGS.items():
        value = getattr(settings, name)
        if value is not None and value != ():
            written[setting.variable] = ",".join(value) if isinstance(value, tuple) else str(value)
    return written
