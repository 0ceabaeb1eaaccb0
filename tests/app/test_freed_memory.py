"""Memory that a large request has freed goes back to the system."""

import ctypes
from pathlib import Path

import pytest
from flask import Flask

from app.freed_memory import LARGE_BYTES
from app.http import compression


def resident_megabytes() -> int:
    """Tell how much memory this process holds."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only glibc keeps what was freed")
@pytest.mark.parametrize(("size", "least"), [(LARGE_BYTES, 50), (10, 0)])
def test_a_large_answer_leaves_its_memory_behind(size: int, least: int) -> None:
    """However its pieces lie between others that stay; small requests are not held up for it."""
    app, kept, held = Flask(__name__), [], []
    compression.install(app)

    @app.get("/")
    def answer() -> str:
        pieces = [bytearray(2000) for _ in range(50_000)]
        kept.extend(pieces[::500])
        del pieces
        held.append(resident_megabytes())
        return "x" * size

    app.test_client().get("/").close()

    given_back = held[0] - resident_megabytes()
    assert least <= given_back < least + 50
