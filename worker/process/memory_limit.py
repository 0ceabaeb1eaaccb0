"""The memory limit of a job: a MemoryError in the job instead of a machine without memory."""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOM_BYTES = 256 << 20  # for what an estimate does not see: stacks of threads, buffers of libraries


@contextmanager
def limited(job_bytes: int) -> Iterator[None]:
    """Let this process grow by a job's largest estimate and some room, no further; on Linux, elsewhere no limit.

    Counts what is written to, not mapped files: a dataset may be larger than memory.
    """
    if sys.platform != "linux":
        yield
        return
    before, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = data_bytes() + job_bytes + ROOM_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (limit if hard < 0 else min(limit, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, hard))


def forget_peak() -> None:
    """Begin to watch anew how much memory this process holds at most; without Linux nothing is watched."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_bytes() -> int | None:
    """Tell how much memory, shared pages included, this process held at most since `forget_peak`."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    return None


def data_bytes() -> int:
    """Tell how much memory of its own this process has asked for."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) << 10
    return 0
