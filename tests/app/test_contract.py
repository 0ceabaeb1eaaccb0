"""The contract, tried from the outside: generated requests must be answered as the document says."""

import os
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = int(os.environ.get("CHAINRULE_TEST_CONTRACT_EXAMPLES", "30"))


def operations(app: Flask) -> list[str]:
    """List what the document promises."""
    document = app.test_client().get("/openapi.json").json
    return [
        f"{method.upper()} {path}"
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("key", [None, "the key of who may try"], ids=["no key", "a key"])
def test_answers_are_as_documented(
    key: str | None, client_with: Callable[..., FlaskClient], dataset: dict[str, Any]
) -> None:
    """Clients are generated from the document: each status, type and body must be in it."""
    app = client_with(api_key=key).application
    headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {})
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @hypothesis.given(case=operation.as_strategy(), meet=st.booleans())
        @hypothesis.settings(
            max_examples=EXAMPLES,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def try_one(case: schemathesis.Case, meet: bool) -> None:  # noqa: FBT001  # hypothesis draws it
            if meet and "dataset_id" in (case.path_parameters or {}):
                case.path_parameters["dataset_id"] = dataset["id"]
            case.call_and_validate(checks=CHECKS, headers=headers)

        try_one()
        tried += 1

    assert tried == len(operations(app))
