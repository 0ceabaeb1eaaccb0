"""The application on a real store, and clients that speak to it."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.http import logs
from store import Settings, Store, open_store

IRIS = Path(__file__).parents[2] / "examples" / "data" / "iris.csv"


@pytest.fixture(autouse=True)
def log_lines() -> None:
    """Log as in service: the default of the library draws every trace with its locals, for seconds."""
    logs.configure()


@pytest.fixture
def app(sqlite_store: Store) -> Flask:
    """Make the application on SQLite."""
    return create_app(sqlite_store)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Make a client of it."""
    return app.test_client()


@pytest.fixture
def either_client(store: Store) -> FlaskClient:
    """Make a client of the application on each kind of database in turn."""
    return create_app(store).test_client()


@pytest.fixture
def client_with(settings: Settings) -> Iterator[Callable[..., FlaskClient]]:
    """Make clients of applications with other settings, on the same database as `client`."""
    with ExitStack() as opened:

        def make(**changes: Any) -> FlaskClient:
            store = open_store(dataclasses.replace(settings, **changes))
            opened.callback(store.close)
            return create_app(store).test_client()

        yield make


@pytest.fixture
def iris() -> bytes:
    """Read Fisher's iris, as it ships with the repository."""
    return IRIS.read_bytes()


@pytest.fixture
def dataset(client: FlaskClient, iris: bytes) -> dict[str, Any]:
    """Upload the table; tell the answer."""
    response = client.post("/v1/datasets?name=iris", data=iris, content_type="text/csv")
    assert response.status_code == 201
    answer: dict[str, Any] = response.json
    return answer
