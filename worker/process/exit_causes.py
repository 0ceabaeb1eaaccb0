"""Causes of a child's exit: noted by its parent, who alone can know them, for the child that comes next."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from worker.process.shared_memory import SharedMemory

KILLED = 9
CGROUPS = Path("/sys/fs/cgroup")
# Where the kernel counts the processes that it ended because memory ran out: of a control group, and of its older kind.
COUNTERS = {"": "memory.events", "memory": "memory.oom_control"}


def note_exits(pool: Any, shared: SharedMemory) -> None:
    """Have a Celery pool note how its processes ended before it replaces them.

    Celery offers no signal for this: what it tells about a lost task comes ten seconds later, if at all.
    """
    collect = pool._join_exited_workers  # noqa: SLF001  # see above

    def note_and_collect(*arguments: Any, **options: Any) -> Any:
        processes = list(pool._pool)  # noqa: SLF001  # see above
        _note(processes, shared)
        try:
            return collect(*arguments, **options)
        finally:
            _note(processes, shared)  # one that ended meanwhile is collected as well, and replaced right afterwards

    pool._join_exited_workers = note_and_collect  # noqa: SLF001  # see above


def _note(processes: list[Any], shared: SharedMemory) -> None:
    """Note how those ended that did; there is room for one exit, and that of the claim's holder is kept."""
    for process in processes:
        code, held, ended = process.exitcode, shared.held(), shared.last_exit()
        is_known = held is not None and ended is not None and ended.pid == held.pid != process.pid
        if code is not None and not is_known:
            shared.note_exit(process.pid, code)


def cause_of(shared: SharedMemory) -> str:
    """Name what ended the process that held the claim, such as `stalled`, `out_of_memory` or `signal_11`."""
    held, ended = shared.held(), shared.last_exit()
    if shared.is_stalled:
        return "stalled"
    if held is None or ended is None or ended.pid != held.pid:
        return "worker_lost"
    if ended.code == -KILLED and oom_kills() > held.oom_kills:
        return "out_of_memory"
    return f"signal_{-ended.code}" if ended.code < 0 else f"exit_{ended.code}"


def oom_kills() -> int:
    """Count the processes that the kernel has ended for want of memory: in this group, or container, else anywhere."""
    counted = [count for path in oom_counters() if (count := read_count(path)) is not None]
    return counted[0] if counted else read_count(Path("/proc/vmstat")) or 0


def oom_counters() -> list[Path]:
    """Name the files that may count for this process, the closest first: its own group's, then its container's."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:  # not on Linux
        lines = []
    groups = {controller: path for _, controller, path in (line.split(":", 2) for line in lines)}
    found = [(controller, groups[controller].strip("/")) for controller in COUNTERS if controller in groups]
    return [CGROUPS / controller / path / COUNTERS[controller] for controller, path in found] + [
        CGROUPS / controller / name for controller, name in COUNTERS.items()
    ]


def read_count(path: Path) -> int | None:
    """Read how often memory ran out, from a file that counts many things; None where it does not count this."""
    with suppress(OSError):
        for line in path.read_text().splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return None
