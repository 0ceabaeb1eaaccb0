"""Services to attack: one on each kind of database, with a key and without."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.acceptance.conftest import RunningService, running_service

KEY = "the key of who may attack"


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("attacks-sqlite")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("attacks-postgresql")),
    ],
)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Run a service whose API may be brought down."""
    home = tmp_path_factory.mktemp(f"attacked-{request.param}") / "home"
    if request.param == "sqlite":
        with running_service(home) as started:
            yield started
        return
    server, name = request.getfixturevalue("postgres_server"), f"attacked_{uuid4().hex}"
    with running_service(home, CHAINRULE_DATABASE_URL=server.create(name)) as started:
        yield started
    server.drop(name)
