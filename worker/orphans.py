"""A child does not outlive its parent: nobody would hear signals for it, and another worker would run its job too."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def leave_with_parent(parent: int) -> None:
    """Have the kernel send this process SIGTERM when its parent dies, so that it drains; on Linux, elsewhere nothing.

    `parent` is who forked this process: it may have died before the kernel was asked.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
