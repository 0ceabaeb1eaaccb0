"""Log lines: one per request, JSON, harmless and without secrets."""

import io
import json
from typing import Any

import pytest
from flask import Flask, request

from app.http import logs

SECRET = "cr_canary_0123456789abcdefghijklmnop"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Collect what would go to standard error."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure()
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_one_line(app: Flask, lines: Any) -> None:
    """The request id leads from an answer to its line."""
    response = app.test_client().get("/v1/limits")

    (line,) = lines()
    assert line["request_id"] == response.headers["Request-Id"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/limits", 200)


def test_what_clients_send_cannot_break_a_line(app: Flask, lines: Any) -> None:
    """Line breaks and terminal codes stay inside of JSON; long texts are cut."""
    app.test_client().get("/%0d%0a%1b[31mfake" + "x" * 5000)

    (line,) = lines()
    assert line["path"].startswith("/\r\n\x1b[31mfake")
    assert len(line["path"]) <= 200


def test_secrets_are_not_logged(app: Flask, lines: Any) -> None:
    """Neither from headers, nor from addresses, nor when something fails."""

    def broken() -> None:
        secret = request.headers["Authorization"]
        raise KeyError(len(secret))

    app.add_url_rule("/v1/broken", view_func=broken)
    client = app.test_client()
    for path in (f"/v1/limits?api_key={SECRET}", "/v1/limits", "/v1/broken"):
        client.get(path, headers={"Authorization": f"Bearer {SECRET}"})

    logged = lines()
    assert SECRET not in json.dumps(logged)
    assert [line["status"] for line in logged if line["event"] == "request"] == [400, 200, 500]


def test_a_bug_is_logged_with_its_trace(app: Flask, lines: Any) -> None:
    """The answer holds the id only; the trace is here."""
    app.add_url_rule("/broken", view_func=lambda: 1 / 0)
    response = app.test_client().get("/broken")

    failed = next(line for line in lines() if line["event"] == "request.failed")
    assert failed["request_id"] == response.json["request_id"]
    assert "ZeroDivisionError" in json.dumps(failed["exception"])
