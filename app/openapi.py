"""The OpenAPI document: what flask-smorest gathered, with problems from the catalogue and keys added."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from app.catalogue import CATALOGUE

PROBLEMS = "x-problems"
REPEATABLE = "x-repeatable"
METHODS = ("get", "post", "put", "patch", "delete")
INFO = {
    "description": "Trains neural networks over HTTP: post a table and a network, watch it learn, download the "
    "weights.\n\nEvery error is `application/problem+json`; its `code` is explained under `/docs/errors`.",
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
EVERYWHERE = ("request.malformed", "request.host_invalid", "server.bug")
GUARDED = ("auth.missing", "auth.invalid", "auth.in_query", "server.unavailable", "request.unknown_parameter")
CHANGING = ("request.cross_site",)
REPEATING = ("idempotency.key_invalid", "idempotency.in_progress", "idempotency.mismatch")
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A text of your choice, another one for each thing to be made. Sent again within 24 h, the request "
    "is answered as the first time and makes nothing new.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
JSON_BODY = (
    "request.not_json",
    "request.body_missing",
    "request.json_too_deep",
    "request.json_duplicate_key",
    "request.number_not_finite",
    "request.encoding",
    "request.invalid_text",
    "request.unknown_field",
    "request.wrong_type",
    "request.too_large",
    "request.upload_incomplete",
    "request.wrong_content_type",
    "request.content_encoding",
)
FLAW = {
    "type": "object",
    "description": "One thing that is wrong.",
    "required": ["code", "message"],
    "properties": {
        "code": {"type": "string", "description": "Stable, dotted name of what is wrong."},
        "message": {"type": "string", "description": "One sentence that names the offending thing."},
        "pointer": {"type": "string", "description": "JSON Pointer into the body."},
        "parameter": {"type": "string", "description": "The query parameter."},
        "position": {"type": "object", "description": "Line, column, data row or byte, counted from 1."},
        "found": {"description": "What was there, shortened."},
        "allowed": {"type": "array", "description": "What could be there.", "items": {}},
        "expected": {"description": "What should be there."},
        "hint": {"type": "string", "description": "What to do."},
        "suggestion": {"description": "An exact replacement, which is itself accepted."},
        "patch": {"description": "A JSON merge patch that repairs the body."},
    },
}
PROBLEM = {
    "type": "object",
    "description": "Why a request was not served (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "request_id", "errors"],
    "properties": {
        "type": {"type": "string", "description": "A page that explains the code."},
        "title": {"type": "string", "description": "What the code means."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What is wrong here, in one sentence."},
        "code": {"type": "string", "description": "Stable, dotted name of the first error."},
        "request_id": {"type": "string", "description": "Leads to the log line of this request."},
        "errors": {
            "type": "array",
            "description": "Everything that is wrong, most important first; 20 at most.",
            "items": {"$ref": "#/components/schemas/Flaw"},
        },
    },
}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Add to a document, in place, what the decorators cannot know; returns it."""
    components = document.setdefault("components", {})
    components.pop("responses", None)
    components.setdefault("schemas", {}).update(Problem=PROBLEM, Flaw=FLAW)
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "Needed as soon as a key was made."},
    }
    components["headers"] = {
        "Request-Id": {"description": "The id of the request.", "schema": {"type": "string"}},
        "Idempotency-Replayed": {"description": "`true` on an answer given again.", "schema": {"type": "string"}},
    }
    for path, method, operation in operations(document):
        _complete_operation(path, method, operation)
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Walk through the operations."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    codes = [*operation.pop(PROBLEMS, ()), *_shared_codes(path, method, operation)]
    is_repeatable = operation.pop(REPEATABLE, False)
    if is_repeatable:
        codes += REPEATING
        operation.setdefault("parameters", []).append(KEY)
    kept = {status: made for status, made in operation["responses"].items() if status[0] in "123"}
    if method == "get" and path.startswith("/v1/"):
        kept["304"] = {"description": "What `If-None-Match` names is still the present version."}
        operation["security"] = [{"key": []}, {}]
    elif path.startswith("/v1/"):
        operation["security"] = [{"key": []}, {}]
    for response in kept.values():
        response.setdefault("headers", {})["Request-Id"] = {"$ref": "#/components/headers/Request-Id"}
        if is_repeatable:
            response["headers"]["Idempotency-Replayed"] = {"$ref": "#/components/headers/Idempotency-Replayed"}
    operation["responses"] = dict(sorted((kept | problem_responses(codes)).items()))
    operation.setdefault("operationId", operation_id(path, method))


def operation_id(path: str, method: str) -> str:
    """Name an operation for generated clients: `post_jobs_cancel`."""
    words = [word.replace("-", "_") for word in path.split("/") if word not in {"", "v1"}]
    return "_".join([method, *(f"by_{word.strip('{}')}" if word.startswith("{") else word for word in words)])


def _shared_codes(path: str, method: str, operation: dict[str, Any]) -> Iterable[str]:
    yield from EVERYWHERE
    if path.startswith("/v1/"):
        yield from GUARDED
        yield "request.precondition_failed"
    if method != "get":
        yield from CHANGING
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        yield from JSON_BODY
    if any(one.get("in") == "query" for one in operation.get("parameters", ())):
        yield from ("request.invalid_parameter", "request.repeated_parameter")


def problem_responses(codes: Iterable[str]) -> dict[str, Any]:
    """Document codes, gathered by their statuses."""
    by_status: dict[str, list[str]] = defaultdict(list)
    for code in dict.fromkeys(codes):
        status = CATALOGUE[code].status
        by_status[str(int(status)) if status else "422"].append(code)
    return {status: _response(found) for status, found in by_status.items()}


def _response(codes: list[str]) -> dict[str, Any]:
    listed = "; ".join(f"`{code}`: {CATALOGUE[code].title}" for code in codes)
    content = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "examples": {code: {"summary": CATALOGUE[code].title, "value": example(code)} for code in codes},
    }
    return {"description": listed, "content": {"application/problem+json": content}}


def example(code: str) -> dict[str, Any]:
    """Render a code as it is answered."""
    entry = CATALOGUE[code]
    return {
        "type": f"/docs/errors/{code}",
        "title": entry.title,
        "status": int(entry.status or 422),
        "detail": entry.example,
        "code": code,
        "request_id": "req_01jd0000000000000000000000",
        "errors": [{"code": code, "message": entry.example}],
    }
