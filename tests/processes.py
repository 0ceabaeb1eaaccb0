"""Starting servers for tests: ready or explained, and gone with the tests even when these are killed."""

import ctypes
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

STARTING_SECONDS = 30
STOPPING_SECONDS = 10
PR_SET_PDEATHSIG = 1


class DidNotStart(Exception):
    """A server ended, or said nothing, before it was ready."""


@contextmanager
def running(
    command: Sequence[str | Path], is_ready: Callable[[], bool], *, folder: Path, user: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program in a folder and give it when it is ready; end it afterwards."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            list(command), stdout=log, stderr=log, cwd=folder, user=user,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it makes one system call and takes no lock
        )  # fmt: skip
        try:
            if not became_ready(process, is_ready):
                log.seek(0)
                said = log.read()[-2000:].decode(errors="replace").strip()
                raise DidNotStart(f"{command[0]} did not start: {said or 'it said nothing'}")
            yield process
        finally:
            process.send_signal(signal.SIGCONT)  # a test may have stopped it
            process.terminate()
            try:
                process.wait(STOPPING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOPPING_SECONDS)


def became_ready(process: subprocess.Popen[bytes], is_ready: Callable[[], bool]) -> bool:
    """Wait until a process is ready; False when it ended or took too long."""
    until = time.monotonic() + STARTING_SECONDS
    while process.poll() is None and time.monotonic() < until:
        if is_ready():
            return True
        time.sleep(0.05)
    return False


def die_with_parent() -> None:
    """Ask Linux to end this process when the tests are killed; elsewhere such a server stays behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port() -> int:
    """Find a port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
