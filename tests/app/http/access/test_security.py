"""Names, origins, keys, addresses and headers: what keeps strangers out."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from store import Store, api_keys

KEY = "a-key-of-the-operator-0123456789"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_loopback_names_are_served(client: FlaskClient, host: str) -> None:
    """These cannot be taken by a page of another site."""
    assert client.get("/v1/limits", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "", "[::1", "a b"]
)
def test_a_forged_host_is_refused(client: FlaskClient, host: str) -> None:
    """A site may point its own name at this machine and let browsers call it."""
    response = client.get("/v1/limits", headers={"Host": host})

    assert (response.status_code, response.json["code"]) == (400, "request.host_invalid")


@pytest.mark.parametrize(
    ("whole", "status"), [("http://evil.example/v1/limits", 400), ("http://localhost:1/v1/limits", 200)]
)
def test_the_host_of_a_whole_address_counts(client: FlaskClient, whole: str, status: int) -> None:
    """It is the one that is meant, whatever `Host` says (RFC 9112, 3.2.2)."""
    seen = client.get("/v1/limits", environ_overrides={"RAW_URI": whole})

    assert seen.status_code == status


def test_probes_answer_to_any_name(client: FlaskClient) -> None:
    """Health checks of containers know an address only."""
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_configured_names_are_served(client_with: Callable[..., FlaskClient]) -> None:
    """The operator decides by which names the service is called."""
    client = client_with(allowed_hosts=("train.example",))

    assert client.get("/v1/limits", headers={"Host": "train.example"}).status_code == 200
    assert client.get("/v1/limits", headers={"Host": "other.example"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://[::1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(client: FlaskClient, iris: bytes, headers: dict[str, str]) -> None:
    """No key guards loopback, so the origin must."""
    response = client.post("/v1/datasets", data=iris, content_type="text/csv", headers=headers)

    assert (response.status_code, response.json["code"]) == (403, "request.cross_site")
    assert client.get("/v1/datasets").json["data"] == []


def test_our_own_pages_may_change_things(client: FlaskClient, iris: bytes) -> None:
    """`/docs` tries operations out."""
    headers = {"Origin": "http://localhost:8000", "Host": "localhost:8000", "Sec-Fetch-Site": "same-origin"}

    assert client.post("/v1/datasets", data=iris, content_type="text/csv", headers=headers).status_code == 201


def test_no_other_site_may_read(client: FlaskClient) -> None:
    """Without these headers browsers keep answers to themselves."""
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}

    for response in (client.get("/v1/limits", headers=headers), client.options("/v1/datasets", headers=headers)):
        assert not [name for name in response.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118


@pytest.mark.parametrize("path", ["/healthz", "/v1/limits", "/v1/nothing", "/docs", "/openapi.json"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    """Browsers stay careful only when told."""
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Server" not in headers


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "BREW"])
def test_unknown_methods_are_405(client: FlaskClient, method: str) -> None:
    """The answer tells what is possible, and no override header counts."""
    response = client.open("/v1/datasets", method=method, headers={"X-HTTP-Method-Override": "GET"})

    assert (response.status_code, response.json["code"]) == (405, "request.method_not_allowed")
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["..%2f..%2fetc%2fpasswd", "%252e%252e", "ds_%00", "%ff", "ds_x%0d%0aSet-Cookie:a", "ds_x y"]
)
def test_odd_addresses_are_404(either_client: FlaskClient, path: str) -> None:
    """PostgreSQL would answer a NUL with an error of its own."""
    response = either_client.get(f"/v1/datasets/{path}")

    assert response.status_code == 404
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("text", ["';--", "%25%25%25", "%5c", "_"])
def test_odd_texts_in_filters_are_harmless(either_client: FlaskClient, text: str) -> None:
    """Values never become part of a statement."""
    response = either_client.get(f"/v1/datasets?after={text}")

    assert (response.status_code, response.json["code"]) == (400, "request.cursor_invalid")


@pytest.mark.parametrize("text", ["%00", "%E2%80%AE"])
def test_texts_that_are_not_stored_are_refused_in_queries(client: FlaskClient, text: str) -> None:
    """As in bodies."""
    response = client.get(f"/v1/datasets?after={text}")

    assert (response.status_code, response.json["code"]) == (422, "request.invalid_text")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=1000000000", "request.invalid_parameter"),
        ("limit=-1", "request.invalid_parameter"),
        ("limit=ten", "request.invalid_parameter"),
        ("limit=1&limit=2", "request.repeated_parameter"),
        ("limt=1", "request.unknown_parameter"),
    ],
)
def test_odd_queries_are_refused(client: FlaskClient, query: str, code: str) -> None:
    """What is not understood is never ignored."""
    response = client.get(f"/v1/datasets?{query}")

    assert (response.status_code, response.json["code"]) == (422, code)


def test_a_misspelt_parameter_is_recognised(client: FlaskClient) -> None:
    """The answer offers the right one."""
    flaw = client.get("/v1/datasets?limt=1").json["errors"][0]

    assert (flaw["suggestion"], flaw["allowed"]) == ("limit", ["after", "limit"])


def test_operations_without_parameters_refuse_all(client: FlaskClient) -> None:
    """Also where no schema says so."""
    assert client.get("/v1/limits?verbose=1").json["code"] == "request.unknown_parameter"


@pytest.mark.parametrize("query", ["api_key=x", "token=x", "access_token=x", "after=cr_abcdefghijklmnopqrstuvwxyz"])
def test_a_key_in_the_address_is_refused(client: FlaskClient, query: str) -> None:
    """Addresses end up in logs."""
    response = client.get(f"/v1/datasets?{query}")

    assert (response.status_code, response.json["code"]) == (400, "auth.in_query")


def test_with_a_key_every_request_needs_it(client_with: Callable[..., FlaskClient]) -> None:
    """Health and docs stay open."""
    client = client_with(api_key=KEY)

    response = client.get("/v1/datasets", headers={"Host": "any.example"})

    assert (response.status_code, response.json["code"]) == (401, "auth.missing")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get("/v1/datasets", headers={"Authorization": f"Bearer {KEY}"}).status_code == 200
    assert client.get("/healthz").status_code == client.get("/docs").status_code == 200


def test_bad_keys_are_answered_alike(client_with: Callable[..., FlaskClient], sqlite_store: Store) -> None:
    """The answer must not tell a revoked key from one that never was."""
    with sqlite_store.database.transaction() as session:
        key, secret = api_keys.create(session, name="old")
        api_keys.revoke(session, key.id)
    client = client_with(api_key=KEY)
    bad = ["Bearer garbage", f"Bearer {secret}", "Bearer", "Basic dXNlcjpwYXNz", f"Bearer {KEY}x", "Bearer \xff"]

    answers = [client.get("/v1/datasets", headers={"Authorization": one}) for one in bad]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json["code"] for answer in answers} == {"auth.invalid"}
    assert len({str(answer.json["errors"]) for answer in answers}) == 1


def test_a_made_key_closes_the_service(client: FlaskClient, sqlite_store: Store) -> None:
    """From a second after the first key on, nobody without one gets in."""
    assert client.get("/v1/datasets").status_code == 200
    with sqlite_store.database.transaction() as session:
        _, secret = api_keys.create(session, name="first")

    time.sleep(api_keys.CENSUS_SECONDS)
    assert client.get("/v1/datasets").status_code == 401
    assert client.get("/v1/datasets", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_a_used_key_shows_when(client: FlaskClient, sqlite_store: Store) -> None:
    """Who wants to revoke a key must see whether anybody still uses it; a refused request is no use."""
    with sqlite_store.database.transaction() as session:
        _, used = api_keys.create(session, name="used")
        api_keys.create(session, name="unused")

    client.get("/v1/limits", headers={"Authorization": f"Bearer {used}x"})
    statuses = [client.get("/v1/limits", headers={"Authorization": f"Bearer {used}"}).status_code for _ in range(3)]

    sqlite_store.key_uses.close()
    with sqlite_store.database.reading() as session:
        noted = {key.name: key.last_used_at for key in api_keys.listed(session)}
    assert statuses == [200, 200, 200]
    assert noted["unused"] is None
    assert noted["used"] is not None


def test_a_busy_database_holds_no_request_up_for_the_note(client: FlaskClient, sqlite_store: Store) -> None:
    """When a key was used is worth no waiting, and no error."""
    with sqlite_store.database.transaction() as session:
        _, secret = api_keys.create(session, name="used")

    with sqlite_store.database.transaction():  # on SQLite nobody else writes during it
        began = time.monotonic()
        answers = [client.get("/v1/limits", headers={"Authorization": f"Bearer {secret}"}) for _ in range(20)]
        took = time.monotonic() - began

    assert {answer.status_code for answer in answers} == {200}
    assert took < 5  # a write would wait for ten seconds


@pytest.mark.parametrize("peer", ["10.0.0.7", "2001:db8::1", "no address"])
def test_other_machines_always_need_a_key(client: FlaskClient, peer: str) -> None:
    """Also after the last key was revoked, and whatever name they call the service by."""
    response = client.get("/v1/datasets", headers={"Host": "localhost"}, environ_overrides={"REMOTE_ADDR": peer})

    assert (response.status_code, response.json["code"]) == (401, "auth.missing")


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"])
def test_what_a_proxy_on_this_machine_forwards_needs_a_key(client: FlaskClient, header: str) -> None:
    """The connection comes from loopback; who is behind it need not."""
    response = client.get("/v1/datasets", headers={"Host": "localhost", header: "127.0.0.1"})

    assert (response.status_code, response.json["code"]) == (401, "auth.missing")


def test_revoking_the_last_key_opens_no_door(app: Flask, sqlite_store: Store) -> None:
    """Somebody wanted keys here once; that nobody has one now is no wish for none."""
    with sqlite_store.database.transaction() as session:
        key, _ = api_keys.create(session, name="last")
        api_keys.revoke(session, key.id)

    response = app.test_client().get("/v1/datasets")

    assert (response.status_code, response.json["code"]) == (401, "auth.missing")


def test_nothing_in_the_environment_turns_debugging_on(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A debugger on a page is a shell for everybody; and without sessions there is no secret to guess."""
    monkeypatch.setenv("FLASK_DEBUG", "1")

    app = create_app(sqlite_store)

    assert not app.debug
    assert app.secret_key is None
