"""Looking at processes from outside: whether they live, and who belongs to whom."""

import time
from collections.abc import Callable
from pathlib import Path

PROMPTLY = 5.0  # seconds for what takes milliseconds: a machine with much else to do may pause any process that long


def eventually(claim: Callable[[], object], *, seconds: float = 200) -> None:
    """Return as soon as a claim is true; fail when it does not become true."""
    until = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < until, f"not true after {seconds} s"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and waits to be collected does not."""
    return status_of(pid) not in {None, "Z", "X"}


def status_of(pid: int) -> str | None:
    """Read a process's state letter; None when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return None


def having(text: str) -> set[int]:
    """Find the living processes whose environment holds a text, such as the path of a home folder."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in environment and is_alive(int(folder.name)):
            found.add(int(folder.name))
    return found


def command_of(pid: int) -> str:
    """Read a process's command line; nothing when the process is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
