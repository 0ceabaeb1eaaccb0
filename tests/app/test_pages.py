"""Pages for people: from local files only, and one for each error code."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.catalogue import CATALOGUE

OTHER_HOST = re.compile(rb"""(?:src|href)\s*=\s*["']?\s*(?:https?:)?//""")


@pytest.mark.parametrize("path", ["/docs", "/docs/errors", "/docs/errors/request.not_json"])
def test_pages_name_no_other_host(client: FlaskClient, path: str) -> None:
    """The service works without the internet, and tells nobody who uses it."""
    response = client.get(path)

    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert not OTHER_HOST.search(response.data)
    assert b"<script>" not in response.data
    assert b"style=" not in response.data


def test_everything_a_page_needs_is_served(client: FlaskClient) -> None:
    """A missing file would leave the page blank."""
    page = client.get("/docs").get_data(as_text=True)

    for address in re.findall(r'(?:src|href)="(/[^"]*)"', page):
        with client.get(address) as response:
            assert response.status_code == 200, address


def test_the_start_leads_to_the_docs(client: FlaskClient) -> None:
    """Whoever opens the address in a browser finds something."""
    assert client.get("/").headers["Location"] == "/docs"


def test_every_code_has_its_page(client: FlaskClient) -> None:
    """The `type` of every problem leads there."""
    for code, entry in CATALOGUE.items():
        response = client.get(f"/docs/errors/{code}")
        assert response.status_code == 200, code
        assert code in response.get_data(as_text=True)
        assert client.get(f"/docs/errors/{code}", headers={"Accept": "application/json"}).json["title"] == entry.title


def test_an_unknown_code_is_404_and_not_repeated_as_markup(client: FlaskClient) -> None:
    """Addresses are written by anybody."""
    response = client.get("/docs/errors/<img src=x>")

    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_vendored_files_carry_their_licence(app: Flask) -> None:
    """They are other people's work."""
    folder = Path(str(app.static_folder)) / "swagger-ui"

    assert {path.name for path in folder.iterdir()} >= {"LICENSE", "NOTICE", "VERSION"}
