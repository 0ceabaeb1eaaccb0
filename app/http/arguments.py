"""From schemas to arguments: strict bodies, closed queries, and every fault at once."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NoReturn, cast

from flask import Flask, current_app, request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from app.errors import Flaw, Refused
from app.http import json_body
from app.text_rules import has_forbidden_text
from datasets.did_you_mean import closest
from datasets.errors import shorten
from specs.pointers import escape

Messages = Mapping[Any, Any]


class StrictParser(FlaskParser):
    """Reads bodies as strict JSON and answers what a schema finds in our own words."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "json": RAISE}  # noqa: RUF012

    def parse(self, argmap: Any, req: Any = None, *, location: str | None = None, **options: Any) -> Any:
        """Read arguments; where there is no query, they are what the schema says of none."""
        if location == "query" and not request.query_string and (known := defaults(argmap)) is not None:
            return dict(known)
        return super().parse(made(argmap), req, location=location, **options)

    def load_json(self, req: Any, schema: Schema) -> Any:  # noqa: ARG002  # webargs' signature
        """Read the body; what is not an object is refused by the schema."""
        return json_body.read()

    def handle_error(
        self,
        error: ValidationError,
        req: Any,  # noqa: ARG002
        schema: Schema,
        *,
        error_status_code: int | None,  # noqa: ARG002
        error_headers: Mapping[str, str] | None,  # noqa: ARG002
    ) -> NoReturn:
        """Turn marshmallow's messages into flaws."""
        location, messages = next(iter(cast("Any", error).normalized_messages().items()))
        if location == "query":
            raise Refused([_wrong_parameter(name, said) for name, said in messages.items()]) from error
        flaws = body_flaws(messages, schema, error.data, "")
        # A misspelt field is also a missing one: name the cause first.
        raise Refused(sorted(flaws, key=lambda flaw: flaw.code != "request.unknown_field")) from error


def body_flaws(messages: Messages, schema: Schema, found: Any, pointer: str) -> Iterator[Flaw]:
    """Walk through marshmallow's nested messages."""
    for key, said in messages.items():
        place = pointer if key == "_schema" else f"{pointer}/{escape(str(key))}"
        if isinstance(said, Mapping):
            yield from body_flaws(said, schema, _step(found, key), place)
        else:
            yield _body_flaw(key, said[0], schema if not pointer else None, _step(found, key), place)


def _body_flaw(key: Any, said: str, schema: Schema | None, found: Any, place: str) -> Flaw:
    extras: dict[str, Any] = {"pointer": place}
    if said == "Unknown field.":
        allowed = sorted(schema.fields) if schema else None
        extras |= {"allowed": allowed, "suggestion": closest(str(key), allowed or [])}
        return Flaw(code="request.unknown_field", message=f"`{shorten(str(key))}` is not a field here.", extras=extras)
    if said == "Missing data for required field.":
        return Flaw(code="request.missing_field", message=f"`{key}` is missing.", extras=extras)
    if said == "Invalid input type.":
        message = "The body must be an object." if key == "_schema" else f"`{key}` must be an object."
        return Flaw(code="request.wrong_type", message=message, extras={**extras, "expected": "an object"})
    code = "request.wrong_type" if said.startswith("Not a valid") else "request.invalid_value"
    shown = found if isinstance(found, str | int | float | bool) else None
    extras |= {"found": shown[:60] if isinstance(shown, str) else shown}
    return Flaw(code=code, message=f"`{key}`: {said}", extras=extras)


def _step(found: Any, key: Any) -> Any:
    try:
        return found[key]
    except (KeyError, IndexError, TypeError):
        return None


def _wrong_parameter(name: str, said: Any) -> Flaw:
    first = said[0] if isinstance(said, list) else str(said)
    found = request.args.get(name, "")[:60]
    extras = {"parameter": name, "found": found}
    return Flaw(code="request.invalid_parameter", message=f"`{name}`: {first}", extras=extras)


def install(app: Flask) -> None:
    """Check addresses and queries before any view sees them."""
    app.before_request(check_path)
    app.before_request(check_query)


def check_path() -> None:
    """Answer ids that no row could have (NUL, control characters) with 404, before a database sees them."""
    if any(isinstance(value, str) and not _is_plain(value) for value in (request.view_args or {}).values()):
        raise Refused([Flaw(code="not_found.path", message="There is nothing at this address.")])


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def check_query() -> None:
    """Refuse parameters that the operation does not know, repeats, and characters that are not stored."""
    if not request.args or request.endpoint is None or not request.path.startswith("/v1/"):
        return
    allowed = query_parameters(current_app.view_functions[request.endpoint], request.method)
    flaws = [flaw for name, values in request.args.lists() for flaw in _query_flaws(name, values, allowed)]
    if flaws:
        raise Refused(flaws)


def _query_flaws(name: str, values: list[str], allowed: list[str]) -> Iterator[Flaw]:
    shown = name[:60]
    if name not in allowed:
        listed = ", ".join(f"`{each}`" for each in allowed) or "none"
        yield Flaw(
            code="request.unknown_parameter",
            message=f"`{shown}` is not a query parameter of this address; parameters are: {listed}.",
            extras={"parameter": shown, "allowed": allowed, "suggestion": closest(shown, allowed)},
        )
    elif len(values) > 1:
        message = f"`{shown}` is given {len(values)} times."
        yield Flaw(code="request.repeated_parameter", message=message, extras={"parameter": shown})
    elif has_forbidden_text(values[0]):
        message = f"The text of `{shown}` holds characters that are not stored."
        yield Flaw(code="request.invalid_text", message=message, extras={"parameter": shown})


@cache
def made(schema: Any) -> Any:
    """Make a schema of its class, once: it copies its fields, and loading changes nothing of it."""
    return schema() if isinstance(schema, type) else schema


@cache
def defaults(schema: Any) -> Mapping[str, Any] | None:
    """Return what a schema makes of an empty query; None where it does not take one."""
    try:
        return cast("Mapping[str, Any]", made(schema).load({}))
    except ValidationError:
        return None


@cache
def query_parameters(view: Any, method: str) -> list[str]:
    """Return the query parameters of an operation, from the schemas that its decorators named."""
    owner = getattr(view, "view_class", None)
    function = getattr(owner, "get" if method == "HEAD" else method.lower(), None) if owner else view
    documented = getattr(function, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    schemas = [one["schema"] for one in documented if isinstance(one, Mapping) and one.get("in") == "query"]
    made = [schema() if isinstance(schema, type) else schema for schema in schemas]
    return sorted({field.data_key or name for schema in made for name, field in schema.fields.items()})
