"""Problems: every error of every package becomes an answer that the catalogue knows."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest

import datasets.errors
import exports.errors
import specs.errors
from app import create_app, problems
from app.catalogue import CATALOGUE
from app.errors import Flaw, Refused
from store import Store, errors

ROOT = Path(__file__).parents[2]
CODE = re.compile(r'"((?:request|idempotency|auth|not_found|id|dataset|job|model|limit|server|data|spec)\.[a-z_]+)"')
NOT_ERRORS = re.compile(r"data\.(mixed|empty|constant|id)_column|data\.duplicate_rows")


class Orphaned(Exception):
    """What PostgreSQL says of a row that would refer to nothing."""

    sqlstate = "23503"


def classes(module: ModuleType) -> Iterator[type[Exception]]:
    """Walk through a package's errors."""
    yield from (one for _, one in inspect.getmembers(module, inspect.isclass) if issubclass(one, Exception))


def test_every_code_written_in_the_application_is_in_the_catalogue() -> None:
    """A code without an entry would have no page, and no status."""
    written = {code for path in (ROOT / "app").rglob("*.py") for code in CODE.findall(path.read_text())}

    assert written
    assert {code for code in written if not NOT_ERRORS.fullmatch(code)} <= set(CATALOGUE) | EVENTS


def test_every_code_of_data_and_specs_is_in_the_catalogue() -> None:
    """Their codes go through unchanged."""
    codes = {one.code for one in classes(datasets.errors) if hasattr(one, "code")} | set(specs.errors.CODES)

    assert codes <= set(CATALOGUE)


def test_catalogue_entries_are_whole() -> None:
    """Each is a page that somebody in trouble reads."""
    for code, entry in CATALOGUE.items():
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", code)
        assert entry.title[-1] != "."
        assert entry.explanation.endswith(".")
        assert entry.fix.endswith((".", "?"))
        assert entry.example.endswith((".", "?"))


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.NotFound("job", "job_x"), 404, "not_found.job"),
        (errors.WrongKindOfId("dataset", "job", "job_x", prefix="ds_"), 422, "id.wrong_kind"),
        (errors.CursorInvalid("no"), 400, "request.cursor_invalid"),
        (errors.WrongState("job_x", "succeeded", "cancelled"), 409, "job.wrong_state"),
        (errors.AlreadyFinished("job_x", "succeeded", "paused"), 409, "job.already_finished"),
        (errors.NoCheckpoint("job_x"), 409, "job.no_checkpoint"),
        (errors.KeyReused("k"), 422, "idempotency.mismatch"),
        (errors.InUse("used"), 409, "dataset.in_use"),
        (errors.DatabaseAway("secret host"), 503, "server.unavailable"),
        (errors.StorageFull("secret file"), 507, "server.storage_full"),
        (OSError(28, "secret disk"), 507, "server.storage_full"),
        (OSError(5, "secret disk"), 500, "server.bug"),
        (errors.BlobMissing("secret digest"), 503, "server.unavailable"),
        (errors.BlobCorrupt("secret digest"), 500, "server.blob_damaged"),
        (StaleDataError("secret row"), 503, "server.unavailable"),
        (IntegrityError("INSERT secret", {}, Orphaned("secret")), 503, "server.unavailable"),
        (IntegrityError("INSERT secret", {}, Exception("secret")), 500, "server.bug"),
        (OperationalError("SELECT secret", {}, Exception("secret")), 503, "server.unavailable"),
        (datasets.errors.RaggedRow("Line 3 has 2 cells."), 422, "data.ragged_row"),
        (datasets.errors.FileTooLarge("too large"), 413, "data.too_large"),
        (datasets.errors.FormatUnsupported("The file is an HDF5 file."), 415, "data.format_unsupported"),
        (specs.errors.SpecFaults([specs.errors.Fault("spec.too_big", "", "too big")]), 422, "spec.too_big"),
        (exports.errors.UnreadableModel("The file is not a safetensors file."), 422, "model.unreadable"),
        (BadRequest("secret"), 400, "request.malformed"),
        (RuntimeError("secret"), 500, "server.bug"),
        (RecursionError("secret"), 500, "server.bug"),
    ],
)
def test_errors_get_their_status(app: Flask, error: Exception, status: int, code: str) -> None:
    """Packages know no HTTP; this is the one place that does."""
    with app.test_request_context():
        answer = problems.answer(error)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.mimetype == "application/problem+json"
    assert "secret" not in answer.get_data(as_text=True)


def test_all_faults_are_told_at_once(app: Flask) -> None:
    """And no more than anybody reads."""
    flaws = [Flaw(code="request.invalid_value", message=f"fault {number}") for number in range(51)]
    with app.test_request_context():
        body = problems.answer(Refused(flaws)).json

    assert len(body["errors"]) == 20
    assert body["detail"].startswith("fault 0 (and 50 more")


def test_a_bug_shows_its_request_id_only(sqlite_store: Store, capfd: pytest.CaptureFixture[str]) -> None:
    """The trace belongs into the log."""
    app = create_app(sqlite_store)
    app.add_url_rule("/broken", view_func=lambda: 1 / 0)

    response = app.test_client().get("/broken")

    assert (response.status_code, response.json["code"]) == (500, "server.bug")
    assert "division" not in response.get_data(as_text=True)
    assert response.json["request_id"] == response.headers["Request-Id"]


def test_an_absent_database_is_503_with_retry_after(client: FlaskClient, sqlite_store: Store, tmp_path: Path) -> None:
    """The client may try again; nothing was changed."""
    (tmp_path / "chainrule.db").rename(tmp_path / "away.db")
    sqlite_store.database.close()

    response = client.get("/v1/datasets")

    assert (response.status_code, response.json["code"]) == (503, "server.unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize(("path", "suggestion"), [("/v1/dataset", "/v1/datasets"), ("/healtz", "/healthz")])
def test_a_wrong_address_is_recognised(client: FlaskClient, path: str, suggestion: str) -> None:
    """The answer offers the right one."""
    response = client.get(path)

    assert (response.status_code, response.json["code"]) == (404, "not_found.path")
    assert response.json["errors"][0]["suggestion"] == suggestion


def test_request_ids_are_ours(client: FlaskClient) -> None:
    """One that the client sends could be forged or repeated."""
    first, second = (client.get("/healthz", headers={"Request-Id": "req_mine"}).headers["Request-Id"] for _ in "ab")

    assert first != second
    assert first.startswith("req_")
    assert "req_mine" not in {first, second}


# Names of events, which look like codes and are none.
EVENTS = {
    "job.queued",
    "job.cancelling",
    "job.cancelled",
    "job.started",
    "job.succeeded",
    "job.failed",
    "request.failed",
}
