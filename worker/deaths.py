"""Of what a child died: told by its parent, who alone can know, to the child that comes next."""

from pathlib import Path
from typing import Any

from worker.slot import Slot

KILLED = 9
# How often the kernel ended a process because memory ran out: of this container, of its older kind, of the machine.
OOM_COUNTERS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control", "/proc/vmstat")


def note_deaths(pool: Any, slot: Slot) -> None:
    """Have a Celery pool note how its processes ended before it replaces them.

    Celery offers no signal for this: what it tells about a lost task comes ten seconds later, if at all.
    """
    collect = pool._join_exited_workers  # noqa: SLF001  # see above

    def note_and_collect(*arguments: Any, **options: Any) -> Any:
        processes = list(pool._pool)  # noqa: SLF001  # see above
        _note(processes, slot)
        try:
            return collect(*arguments, **options)
        finally:
            _note(processes, slot)  # one that ended meanwhile is collected as well, and replaced right afterwards

    pool._join_exited_workers = note_and_collect  # noqa: SLF001  # see above


def _note(processes: list[Any], slot: Slot) -> None:
    """Note how those ended that did; the slot holds one death, so that of the claim's holder is kept."""
    for process in processes:
        code, held, death = process.exitcode, slot.held(), slot.death()
        is_known = held is not None and death is not None and death.pid == held.pid != process.pid
        if code is not None and not is_known:
            slot.note_death(process.pid, code)


def cause_of(slot: Slot) -> str:
    """Name what ended the process that held the claim, such as `stalled`, `out_of_memory` or `signal_11`."""
    held, death = slot.held(), slot.death()
    if slot.is_stalled:
        return "stalled"
    if held is None or death is None or death.pid != held.pid:
        return "worker_lost"
    if death.code == -KILLED and oom_kills() > held.oom_kills:
        return "out_of_memory"
    return f"signal_{-death.code}" if death.code < 0 else f"exit_{death.code}"


def oom_kills() -> int:
    """Count the processes that the kernel has ended for want of memory, as far as one can see from here."""
    for path in OOM_COUNTERS:
        try:
            lines = Path(path).read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return 0
