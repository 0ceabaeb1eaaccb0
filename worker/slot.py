"""What a worker's parent process shares in memory with the child that trains: the wish to stop, and the claim held.

The parent's only way to ask for a stop at once, and a new child's only way to know what its killed predecessor ran.
"""

import mmap
import os
import struct
from dataclasses import dataclass

_HELD = struct.Struct("<qq64s")  # child's pid, fence, job id
_HELD_AT = 8


@dataclass(frozen=True)
class Held:
    """The claim that a child was running."""

    pid: int
    job_id: str
    fence: int


class Slot:
    """A page of memory that every process forked after it was made can read and write."""

    def __init__(self) -> None:
        """Map the page."""
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)
        self._is_stopping_here = False

    def ask_to_stop(self) -> None:
        """Raise the flag in every process; safe in a signal handler, cannot be taken back."""
        self._memory[0] = 1

    def ask_to_stop_here(self) -> None:
        """Raise the flag for this process alone: its successor will work on."""
        self._is_stopping_here = True

    @property
    def is_stopping(self) -> bool:
        """Whether a stop was asked for; costs nothing to read."""
        return self._is_stopping_here or self._memory[0] == 1

    def hold(self, job_id: str, fence: int) -> None:
        """Note what this process runs from now on."""
        _HELD.pack_into(self._memory, _HELD_AT, os.getpid(), fence, job_id.encode())

    def let_go(self) -> None:
        """Note that this process runs nothing."""
        _HELD.pack_into(self._memory, _HELD_AT, 0, 0, b"")

    def held(self) -> Held | None:
        """Tell which claim was noted last and not let go."""
        pid, fence, job_id = _HELD.unpack_from(self._memory, _HELD_AT)
        return Held(pid, job_id.rstrip(b"\0").decode(), fence) if pid else None
