"""What every test may ask for: a private Valkey, a private PostgreSQL, and a store on either database."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from store import Settings, Store, open_store
from store.database.database import Database
from store.database.migrations import migrate
from tests import repeatable
from tests.grouping import name_groups
from tests.servers import Contents, PostgresServer, ValkeyServer, running_postgres, running_valkey

DATABASES = ["sqlite", "postgresql"]
HERE = Path(__file__).parent
WATCHING = ("acceptance", "app", "client", "faults", "service", "store", "worker")  # processes, sockets and clocks

__all__ = ["repeatable"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Try those again, and say so, that a machine with much else to do can fail; arithmetic gets one chance."""
    name_groups(config, items)
    can_be_tried_again = config.pluginmanager.hasplugin("rerunfailures")  # who plants a fault wants the first answer
    for item in items if can_be_tried_again else ():
        if item.path.is_relative_to(HERE) and item.path.relative_to(HERE).parts[0] in WATCHING:
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """Start a Valkey for this session; a fake would hide the faults that matter."""
    with running_valkey() as server:
        yield server.url


@pytest.fixture
def own_valkey() -> Iterator[ValkeyServer]:
    """Start a Valkey that a test may freeze or kill."""
    with running_valkey() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start a PostgreSQL for this session."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """Migrate one database, of which every test gets a copy."""
    name = f"template_{uuid4().hex}"
    database = Database(postgres_server.create(name))
    migrate(database)
    database.close()  # a template with a connection cannot be copied
    yield name
    postgres_server.drop(name)


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Make a database without tables."""
    name = f"test_{uuid4().hex}"
    yield postgres_server.create(name)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def postgres_contents(postgres_server: PostgresServer, postgres_template: str) -> Contents:
    """Read what a migrated database holds."""
    return postgres_server.contents(postgres_template)


@pytest.fixture(scope="session")
def postgres_restored() -> list[str]:
    """Keep the databases that tests gave back; making one takes ten times as long as emptying one."""
    return []


@pytest.fixture
def postgres_url(
    postgres_server: PostgresServer, postgres_template: str, postgres_contents: Contents, postgres_restored: list[str]
) -> Iterator[str]:
    """Give a migrated database to one test."""
    if postgres_restored:
        name = postgres_restored.pop()
        url = postgres_server.url_of(name)
    else:
        name = f"test_{uuid4().hex}"
        url = postgres_server.create(name, template=postgres_template)
    yield url
    if postgres_server.restore(name, postgres_contents):
        postgres_restored.append(name)
    else:
        postgres_server.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one database file, of which every test gets a copy."""
    file = tmp_path_factory.mktemp("template") / "chainrule.db"
    database = Database(f"sqlite:///{file}")
    migrate(database)
    database.close()
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Make a migrated database file for one test."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """Make a migrated database of each kind in turn."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Open a database of each kind in turn."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def settings(sqlite_url: str, valkey_url: str, tmp_path: Path) -> Settings:
    """Settle for SQLite and the session's Valkey."""
    return Settings(home=tmp_path, database_url=sqlite_url, redis_url=valkey_url)


@pytest.fixture
def store(database_url: str, valkey_url: str, tmp_path: Path) -> Iterator[Store]:
    """Open a whole store, on each kind of database in turn."""
    store = open_store(Settings(home=tmp_path, database_url=database_url, redis_url=valkey_url))
    yield store
    store.close()


@pytest.fixture
def sqlite_store(settings: Settings) -> Iterator[Store]:
    """Open a whole store on SQLite, for tests to which the database does not matter."""
    store = open_store(settings)
    yield store
    store.close()
