"""The document: valid, complete, and true to what is answered."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from app import openapi
from app.catalogue import CATALOGUE


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    """Fetch the document as everybody does."""
    answer: dict[str, Any] = client.get("/openapi.json").json
    return answer


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    """Generators of clients refuse what is not."""
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_route_is_documented(app: Flask, document: dict[str, Any]) -> None:
    """What is served under /v1 and not documented is a secret."""
    served = {rule.rule.replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules()}

    assert {path for path in served if path.startswith("/v1/")} <= set(document["paths"])


def test_every_operation_explains_itself(document: dict[str, Any]) -> None:
    """Each has a summary, an answer with an example, a name, and its errors as problems with examples."""
    for path, method, operation in openapi.operations(document):
        where = f"{method} {path}"
        assert operation["summary"].endswith("."), where
        assert operation["operationId"], where
        for status, response in operation["responses"].items():
            content = response.get("content", {})
            if status[0] in "45":
                assert set(content) == {"application/problem+json"}, where
                assert content["application/problem+json"]["examples"], where
            elif status not in {"204", "304"}:
                assert all("example" in one or "examples" in one for one in content.values()), (where, status)
                assert content, (where, status)
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert "example" in content or "examples" in content or content["schema"]["type"] == "object", where


def test_operation_names_are_unique(document: dict[str, Any]) -> None:
    """Generated clients make functions of them."""
    names = [operation["operationId"] for _, _, operation in openapi.operations(document)]

    assert len(names) == len(set(names))


def test_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    """An example that lies is worse than none."""
    for where, content in contents(document):
        if "json" not in where[-1]:
            continue
        schema = {**content["schema"], "components": document["components"]}
        for example in examples(content):
            jsonschema.validate(example, schema)


def test_problems_in_the_document_are_those_of_the_catalogue(document: dict[str, Any]) -> None:
    """Statuses and pages come from one table."""
    for where, content in contents(document):
        if where[-1] == "application/problem+json":
            for code, example in content["examples"].items():
                assert str(int(CATALOGUE[code].status or 422)) == where[-2]
                assert example["value"]["type"] == f"/docs/errors/{code}"


def contents(document: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Walk through every documented body."""
    for path, method, operation in openapi.operations(document):
        for status, response in operation["responses"].items():
            for kind, content in response.get("content", {}).items():
                yield (path, method, status, kind), content


def examples(content: dict[str, Any]) -> list[Any]:
    """Return the examples of a body."""
    return [one["value"] for one in content.get("examples", {}).values()] + (
        [content["example"]] if "example" in content else []
    )


MAKE_NOTHING = ("/trace", "/cancel", "/pause", "/resume", "/predict")  # the ends of such paths


def test_whatever_creates_may_be_repeated(document: dict[str, Any]) -> None:
    """An answer can be lost on its way: every POST takes an Idempotency-Key, but for those known to make nothing."""
    posts = {path: item["post"] for path, item in document["paths"].items() if "post" in item}
    creating = {path: post for path, post in posts.items() if not path.endswith(MAKE_NOTHING)}

    unrepeatable = [path for path, post in creating.items() if openapi.KEY["name"] not in names_of(post)]

    assert {"/v1/datasets", "/v1/jobs", "/v1/jobs/{job_id}/retry", "/v1/jobs/{job_id}/continue"} <= set(creating)
    assert unrepeatable == []


def names_of(operation: dict[str, Any]) -> set[str]:
    """Name the parameters of an operation."""
    return {parameter["name"] for parameter in operation.get("parameters", ())}
