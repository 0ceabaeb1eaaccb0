"""Memory that a large request has freed, given back to the system."""

import ctypes

LARGE_BYTES = 1 << 20
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's; other allocators look after themselves


def give_back() -> None:
    """Trim the heap, which takes some milliseconds.

    What is left of ten thousand columns lies between objects that stay: without this 250 MB would, too, until they are
    needed again.
    """
    if _trim is not None:
        _trim(0)
