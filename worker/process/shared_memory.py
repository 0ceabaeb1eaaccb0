"""Memory shared by a worker's parent and the child that trains: a stop flag, the claim held, the last exit.

The parent's only way to ask for a stop at once, and a new child's only way to know what its killed predecessor ran.
"""

import mmap
import os
import signal
import struct
from dataclasses import dataclass

_HELD = struct.Struct("<qqq64s")  # child's pid, fence, how often memory had run out before, job id
_HELD_AT = 8
_EXIT = struct.Struct("<qq")  # pid, exit code
_EXIT_AT = 256
_STOPPING_AT, _STALLED_AT = 0, 1


@dataclass(frozen=True)
class Held:
    """The claim that a child was running."""

    pid: int
    job_id: str
    fence: int
    oom_kills: int = 0


@dataclass(frozen=True)
class ChildExit:
    """How a child ended; a negative code is the number of a signal."""

    pid: int
    code: int


class SharedMemory:
    """A page of memory that every process forked after it was made can read and write."""

    def __init__(self) -> None:
        """Map the page."""
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)
        self._is_stopping_here = False

    def ask_to_stop(self) -> None:
        """Raise the flag in every process; safe in a signal handler, cannot be taken back."""
        self._memory[_STOPPING_AT] = 1

    def ask_to_stop_here(self) -> None:
        """Raise the flag for this process alone: its successor will work on."""
        self._is_stopping_here = True

    @property
    def is_stopping(self) -> bool:
        """Whether a stop was asked for; costs nothing to read."""
        return self._is_stopping_here or self._memory[_STOPPING_AT] == 1

    @property
    def is_stalled(self) -> bool:
        """Whether the process that held the claim found that it stood still."""
        return self._memory[_STALLED_AT] == 1

    def end_this_process(self) -> None:
        """Note that this process stands still, and kill it: its successor says why."""
        self._memory[_STALLED_AT] = 1
        os.kill(os.getpid(), signal.SIGKILL)

    def note_exit(self, pid: int, code: int) -> None:
        """Note how a child ended."""
        _EXIT.pack_into(self._memory, _EXIT_AT, pid, code)

    def last_exit(self) -> ChildExit | None:
        """Tell how the last child ended."""
        pid, code = _EXIT.unpack_from(self._memory, _EXIT_AT)
        return ChildExit(pid, code) if pid else None

    def hold(self, job_id: str, fence: int, *, oom_kills: int = 0) -> None:
        """Note what this process runs from now on."""
        self._memory[_STALLED_AT] = 0
        _HELD.pack_into(self._memory, _HELD_AT, os.getpid(), fence, oom_kills, job_id.encode())

    def let_go(self) -> None:
        """Note that this process runs nothing."""
        _HELD.pack_into(self._memory, _HELD_AT, 0, 0, 0, b"")

    def held(self) -> Held | None:
        """Tell which claim was noted last and not let go."""
        pid, fence, oom_kills, job_id = _HELD.unpack_from(self._memory, _HELD_AT)
        return Held(pid, job_id.rstrip(b"\0").decode(), fence, oom_kills) if pid else None
