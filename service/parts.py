"""A part of the service as a child process: started so that it dies with us, stopped within bounded time."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, kw_only=True)
class Part:
    """How to start one part, and how long it may take to stop."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    stop_seconds: float
    stdin: str | None = None

    def start(self) -> "Running":
        """Start the process in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        log = self.log.open("ab")
        process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.PIPE if self.stdin is not None else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509  # the supervisor has no threads
        )
        log.close()
        if process.stdin is not None:
            write_and_close(process.stdin, self.stdin or "")
        return Running(self, process)


@dataclass(frozen=True)
class Running:
    """A started part."""

    part: Part
    process: "subprocess.Popen[bytes]"

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self.process.poll()

    def stop(self) -> None:
        """Ask it to end; end its whole session when it does not listen."""
        if self.exit_code is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.part.stop_seconds)
        end_session(self.process.pid)
        self.process.wait()

    def last_words(self, lines: int = 15) -> str:
        """Read the end of its log."""
        try:
            return "\n".join(self.part.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def die_with_parent() -> None:
    """Have the kernel end this process when the supervisor is killed and cannot do it itself."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end_session(pid: int) -> None:
    """Kill what is left of a process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def write_and_close(pipe: IO[bytes], text: str) -> None:
    """Hand a text to a child's standard input."""
    with pipe:
        pipe.write(text.encode())
