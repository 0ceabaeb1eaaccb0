"""The contract, tried from the outside: generated requests must be answered as the document says."""

import contextlib
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2 as httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.orm import Session

from store import api_keys
from store.database.database import Database
from tests.acceptance.conftest import IRIS, RunningService
from tests.attacks.extent import CASES, extent
from tests.observing import eventually

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
RUNS = 4  # on each database, without a key and with one
ANSWERED_SECONDS = 60


def things(client: httpx.Client) -> dict[str, str]:
    """Make one of each kind of thing; give their ids by the names that paths have for them."""
    csv = {"Content-Type": "text/csv"}
    dataset = client.post("/v1/datasets", content=IRIS.read_bytes(), headers=csv).json()["id"]
    body = {"dataset_id": dataset, "target": "species", "network": {"hidden": [8]}, "training": {"epochs": 2}}
    job = client.post("/v1/jobs", json=body, headers={"Prefer": "wait=50"}).json()
    judged = client.post(f"/v1/models/{job['model_id']}/evaluations", json={"rows": "validation"}).json()
    checkpoint = client.get(f"/v1/jobs/{job['id']}/checkpoints").json()["data"][0]["id"]
    return {
        "dataset_id": dataset,
        "job_id": job["id"],
        "model_id": job["model_id"],
        "evaluation_id": judged["id"],
        "checkpoint_id": checkpoint,
    }


@contextlib.contextmanager
def in_the_database(service: RunningService) -> Iterator[Session]:
    """Write into the database of a service, as its operator does."""
    database = Database(service.database_url)
    with database.transaction() as session:
        yield session
    database.close()


def make_key(service: RunningService) -> str:
    """Make a key; from then on the service is closed to all others."""
    with in_the_database(service) as session:
        _, secret = api_keys.create(session, name="who may try")
    return secret


@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("with_key", [False, True], ids=["no key", "a key"])
def test_answers_are_as_documented(service: RunningService, with_key: bool) -> None:  # noqa: FBT001  # a parameter
    """Clients are generated from the document: each status, type and body must be in it, on things that there are."""
    key = {"Authorization": f"Bearer {make_key(service)}"} if with_key else {}
    with httpx.Client(base_url=service.url, timeout=ANSWERED_SECONDS, headers=key) as client:
        if with_key:
            eventually(lambda: httpx.get(f"{service.url}/v1/jobs").status_code == 401)
        known = things(client)
    headers = {"Accept-Encoding": "identity", **key}
    schema = schemathesis.openapi.from_url(f"{service.url}/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations()]
    examples = -(-CASES // (RUNS * len(operations)))
    count = itertools.count()

    for operation in operations:

        @hypothesis.given(case=operation.as_strategy(), meet=st.booleans())
        @hypothesis.settings(
            max_examples=examples,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            deadline=None,
        )
        def try_one(case: schemathesis.Case, meet: bool) -> None:  # noqa: FBT001  # hypothesis draws it
            if meet and case.method.upper() != "DELETE":
                for part in (case.path_parameters, case.body):
                    let_meet(part, known)
            next(count)
            case.call_and_validate(checks=CHECKS, headers=headers, timeout=ANSWERED_SECONDS)

        try_one()

    assert next(count) >= extent(len(operations), CASES // RUNS)


def test_revoking_the_last_key_opens_no_door(service: RunningService) -> None:
    """From loopback, too, and for whom a proxy there speaks; somebody wanted keys here once."""
    make_key(service)
    with in_the_database(service) as session:
        for key in api_keys.listed(session):
            api_keys.revoke(session, key.id)

    for headers in ({}, {"X-Forwarded-For": "203.0.113.1"}, {"Forwarded": "for=203.0.113.1"}):
        eventually(lambda headers=headers: httpx.get(f"{service.url}/v1/jobs", headers=headers).status_code == 401)


def let_meet(part: Any, known: Mapping[str, str]) -> None:
    """Put ids of things that there are where a generated request names some."""
    if isinstance(part, dict):
        part.update({name: known[name] for name in part.keys() & known})
