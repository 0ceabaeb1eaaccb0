"""Starting servers for tests: ready or explained, and gone with the tests even when these are killed."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from store.parent_death import die_with_parent

STARTING_SECONDS = 200
STOPPING_SECONDS = 60


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
            preexec_fn=partial(die_with_parent, os.getpid(), signal.SIGKILL),  # noqa: PLW1509 - system calls only
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


def free_port() -> int:
    """Find a port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
