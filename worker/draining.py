"""The wish to stop, told by a worker's parent process to the child that trains."""

import mmap


class DrainFlag:
    """One byte of memory shared with every process forked after it was made; reading it costs nothing."""

    def __init__(self) -> None:
        """Map the byte."""
        self._byte = mmap.mmap(-1, 1)

    def hoist(self) -> None:
        """Ask for a stop; safe in a signal handler, cannot be taken back."""
        self._byte[0] = 1

    def __bool__(self) -> bool:
        return self._byte[0] == 1
