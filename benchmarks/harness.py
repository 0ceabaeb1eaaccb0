"""A service of its own for a benchmark: started on a free port in an empty folder, stopped afterwards."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parent.parent


@contextlib.contextmanager
def running_service(
    url: str | None = None,
    *,
    workers: int = 1,
    home: Path | None = None,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """Yield the address of a service: the one given, else one started for this block, in a folder of its own."""
    if url is not None:
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="chainrule-bench-") as folder:
        home = home or Path(folder)
        port = free_port()
        command = [sys.executable, "-m", "service", "up", "--port", str(port), "--workers", str(workers)]
        own = {**os.environ, "CHAINRULE_HOME": str(home), **environment}
        log = home / "up.log"
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=ROOT, env=own, stdout=out, stderr=subprocess.STDOUT)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def free_port() -> int:
    """Find a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(
    url: str, process: subprocess.Popen[bytes], log: Path, *, seconds: float = 60, path: str = "/readyz"
) -> None:
    """Return when the service answers; raise with its log when it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}{path}", timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the service did not start:\n{log.read_text()}")
