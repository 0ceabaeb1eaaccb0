"""Requests at the same moment for the same things, conditions of requests, and what a job leaves in the database."""

import itertools
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import text

from store.database.database import Database
from tests.acceptance.conftest import IRIS, RunningService
from tests.attacks.extent import extent

ROUNDS = extent(2, 20)
JOBS = 8
MOST_BYTES = 36_000  # half of it are numbers: weights, and Adam's moments in the checkpoint
CSV = {"Content-Type": "text/csv"}
ROW = {"sepal_length": 5, "sepal_width": 3, "petal_length": 1, "petal_width": 0.2}
ONE_EPOCH = {"target": "species", "network": {"hidden": [32, 16]}, "training": {"epochs": 1}}
OF_PAGES = """
    SELECT (page_count - freelist_count) * page_size
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size
"""
OF_RELATIONS = """
    SELECT sum(pg_total_relation_size(oid)) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
Call = tuple[str, str, dict[str, Any]]
_numbers = itertools.count()


@pytest.fixture
def http(service: RunningService) -> Iterator[httpx.Client]:
    """Speak HTTP to the service, on many connections."""
    with httpx.Client(base_url=service.url, timeout=60) as client:
        yield client


def a_table(http: httpx.Client) -> str:
    """Upload an iris with a row of its own; give its id."""
    content = IRIS.read_bytes() + f"5,3,1,0.{next(_numbers)},setosa\n".encode()
    return str(http.post("/v1/datasets", content=content, headers=CSV).json()["id"])


def at_once(http: httpx.Client, calls: list[Call]) -> Counter[tuple[str, str, int]]:
    """Make requests at the same time; count the answers by method, noun and status."""

    def call(each: Call) -> tuple[str, str, int]:
        method, path, more = each
        return method, path.split("/")[2], http.request(method, path, **more).status_code

    with ThreadPoolExecutor(len(calls)) as threads:
        return Counter(threads.map(call, calls))


def of_a_table(dataset: str) -> list[Call]:
    """List what may be asked of a dataset that goes away."""
    path = f"/v1/datasets/{dataset}"
    body = {"dataset_id": dataset, **ONE_EPOCH}
    reads = [("GET", f"{path}{part}", {}) for part in ("", "/rows", "/rows.csv", "/content")]
    changes = [("PATCH", path, {"json": {"name": f"n{number}"}}) for number in range(4)]
    again = ("PATCH", path, {"json": {"overrides": {"kinds": {"petal_width": "category"}}}})
    return [*changes, again, ("DELETE", path, {}), ("DELETE", path, {}), *reads, ("POST", "/v1/jobs", {"json": body})]


def of_a_job(job: dict[str, Any], dataset: str) -> list[Call]:
    """List what may be asked of a job and its model that go away."""
    of_job, of_model = f"/v1/jobs/{job['id']}", f"/v1/models/{job['model_id']}"
    judged = [("POST", f"{of_model}/evaluations", {"json": {"rows": "validation", "seed": seed}}) for seed in range(2)]
    judged.append(("POST", f"{of_model}/evaluations", {"json": {"dataset_id": dataset}}))
    reads = [("GET", f"{of_job}{part}", {}) for part in ("", "/split", "/predictions", "/spec", "/checkpoints")]
    files = [("GET", f"{of_model}/weights?format={name}", {}) for name in ("safetensors", "npz")]
    tags = [("PATCH", of_job, {"json": {"tags": tags}}) for tags in (["a", "b"], ["b", "c"])]
    steers = [("POST", f"{of_job}/{verb}", {"json": {}}) for verb in ("cancel", "pause", "resume", "retry")]
    predicted = ("POST", f"{of_model}/predict", {"json": {"rows": [ROW]}})
    ends = [("DELETE", path, {}) for path in (of_job, of_job, of_model, of_model)]
    return [*judged, *ends, *reads, *files, *tags, *steers, predicted, ("GET", of_model, {})]


@pytest.mark.timeout(900)
def test_what_goes_away_meanwhile_is_no_fault_of_the_service(http: httpx.Client) -> None:
    """Deleted, changed and read at the same time: each is answered as if it had come first or last, or asked again."""
    seen: Counter[tuple[str, str, int]] = Counter()

    for _ in range(ROUNDS):
        seen += at_once(http, of_a_table(a_table(http)))
        dataset = a_table(http)
        body = {"dataset_id": dataset, **ONE_EPOCH}
        job = http.post("/v1/jobs", json=body, headers={"Prefer": "wait=50"}).json()
        seen += at_once(http, of_a_job(job, dataset))

    assert {answer for answer in seen if answer[2] >= 500 and answer[2] != 503} == set()
    assert sum(count for answer, count in seen.items() if answer[2] == 503) <= sum(seen.values()) // 5


def test_a_trivial_job_takes_little_room_in_the_database(http: httpx.Client, service: RunningService) -> None:
    """Spec, reasons, events, metrics, checkpoint, model, evaluation: more would fill disks by requests alone."""
    body = {"dataset_id": a_table(http), **ONE_EPOCH}
    http.post("/v1/jobs", json=body, headers={"Prefer": "wait=50"})
    before = bytes_of_database(service)

    for _ in range(JOBS):
        assert http.post("/v1/jobs", json=body, headers={"Prefer": "wait=50"}).json()["status"] == "succeeded"

    assert (bytes_of_database(service) - before) / JOBS <= MOST_BYTES


def bytes_of_database(service: RunningService) -> float:
    """Add up what rows and indexes take, without the room that deleted and updated ones left behind."""
    is_sqlite = service.database_url.startswith("sqlite")
    database = Database(service.database_url)
    with database.engine.connect() as connection:
        if not is_sqlite:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM"))
        size = float(connection.scalar(text(OF_PAGES if is_sqlite else OF_RELATIONS)))
    database.close()
    return size


@pytest.mark.parametrize("part", ["/v1/datasets/{id}", "/v1/datasets/{id}/content", "/v1/datasets", "/v1/limits"])
def test_a_version_that_is_not_there_is_not_sent(http: httpx.Client, iris: str, part: str) -> None:
    """`If-Match` names the version that is wanted; another one is a problem, whoever the answer would come from."""
    path = part.format(id=iris)
    plain = {"Accept-Encoding": "identity"}  # the tag of a compressed answer is weak, and meets no `If-Match`
    tag = http.get(path, headers=plain).headers["ETag"]

    other = http.get(path, headers={"If-Match": '"other"'})
    wanted = (tag, "*", f'"other", {tag}')
    same = [http.get(path, headers={**plain, "If-Match": each}).status_code for each in wanted]

    assert (other.status_code, other.json()["code"]) == (412, "request.precondition_failed")
    assert same == [200] * 3


def test_a_condition_that_cannot_be_heeded_changes_nothing(http: httpx.Client, iris: str) -> None:
    """To ignore it would lose the change of somebody else that it should protect."""
    before = http.get(f"/v1/datasets/{iris}").json()["name"]

    answer = http.patch(f"/v1/datasets/{iris}", json={"name": "lost"}, headers={"If-Match": '"old"'})

    assert (answer.status_code, answer.json()["code"]) == (412, "request.precondition_failed")
    assert http.get(f"/v1/datasets/{iris}").json()["name"] == before
