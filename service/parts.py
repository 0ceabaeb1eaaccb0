"""A part of the service as a child process: started so that it dies with us, stopped within bounded time."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from service.environment import ROOT
from service.errors import CannotStart
from store.parent_death import die_with_parent


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
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    self.command,
                    env=self.environment,
                    cwd=ROOT,  # gunicorn and Celery import from here first; the caller's folder may have an `app` too
                    stdin=subprocess.PIPE if self.stdin is not None else subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=partial(tie_to, os.getpid()),  # noqa: PLW1509  # it makes system calls only
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotStart(f"{self.name} cannot be started: {error}") from error
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

    def ask_to_stop(self) -> None:
        """Ask it to end, and do not wait."""
        if self.exit_code is None:
            self.process.terminate()

    def stop(self) -> None:
        """Ask it to end; end its whole session when it does not listen."""
        self.ask_to_stop()
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


def tie_to(parent: int) -> None:
    """Have the kernel end this process when the supervisor is killed and cannot do it itself."""
    if not die_with_parent(parent):
        os._exit(1)


def end_session(pid: int) -> None:
    """Kill what is left of a process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def write_and_close(pipe: IO[bytes], text: str) -> None:
    """Hand a text to a child's standard input; one that ended already says why in its log."""
    with contextlib.suppress(BrokenPipeError), pipe:
        pipe.write(text.encode())
