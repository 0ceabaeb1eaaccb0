"""Processes that do not outlive their parent: the kernel signals a child when its parent dies."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: between fork and exec nothing may be


def die_with_parent(parent: int, signal_number: int = signal.SIGTERM) -> bool:
    """Have the kernel signal this process when its parent dies; on Linux, elsewhere nothing.

    `parent` is who forked this process. False when it had died before the kernel could be asked: then nobody is left
    to be told of, and the caller ends this process. Makes system calls only, as is due between fork and exec.
    """
    if _libc is None:
        return True
    _libc.prctl(PR_SET_PDEATHSIG, signal_number)
    return os.getppid() == parent
