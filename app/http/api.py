"""Flask and flask-smorest, made strict: our parser, our problems, and a document that says so."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import wraps
from typing import Any, TypeVar, cast

import flask_smorest
from flask import Flask, Response, json
from flask.json.provider import DefaultJSONProvider
from marshmallow import Schema

from app import openapi
from app.http import idempotency, json_body
from app.http.arguments import StrictParser
from app.views.json_text import dumps
from store.clock import written

View = TypeVar("View", bound=Callable[..., Any])


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # ships no types
    """A group of operations whose decorators are their contract."""

    ARGUMENTS_PARSER = StrictParser()

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve a view at an address."""
        return cast("Callable[[View], View]", super().route(rule, **options))

    def arguments(self, schema: type[Schema], **options: Any) -> Callable[[View], View]:
        """Hand the body, or with `location="query"` the query, to the view."""
        return cast("Callable[[View], View]", super().arguments(schema, **options))

    def response(
        self, status_code: int, schema: Any = None, *, is_ready: bool = False, **options: Any
    ) -> Callable[[View], View]:
        """Write what the view returns: through its schema, or as it is where the view gives what is to be sent.

        A schema walks through every value, which takes longer than all else of an answer; `is_ready` says that there is
        nothing for it to do (tests/app/test_ready_answers.py holds each such view against its schema).
        """
        documented = cast("Callable[[View], View]", super().response(status_code, schema, **options))
        if not is_ready:
            return documented

        def decorator(view: View) -> View:
            @wraps(view)
            def written(*args: Any, **kwargs: Any) -> Response:
                return as_response(view(*args, **kwargs), status_code)

            return documented(cast("View", written))

        return decorator

    def alt_response(self, status_code: int, **options: Any) -> Callable[[View], View]:
        """Document another answer."""
        return cast("Callable[[View], View]", super().alt_response(status_code, **options))

    def doc(self, **fields: Any) -> Callable[[View], View]:
        """Add to the document as it is."""
        return cast("Callable[[View], View]", super().doc(**fields))

    def problems(self, *codes: str) -> Callable[[View], View]:
        """Document the errors of an operation by their codes; those that all operations share are added anyway."""
        return self.doc(**{openapi.PROBLEMS: list(codes)})

    def repeatable(self, view: View) -> View:
        """Take an `Idempotency-Key`; the view calls `idempotency.recognize` and hands on `keep_as`."""

        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            idempotency.check_key()
            return view(*args, **kwargs)

        return self.doc(**{openapi.REPEATABLE: True})(cast("View", checked))

    def json_body(self, schema: Mapping[str, Any], *, examples: Mapping[str, Any]) -> Callable[[View], View]:
        """Hand the whole strict JSON value to the view: for bodies whose meaning another package knows.

        `schema` is JSON Schema for the document; `examples` maps a name to `{"summary": …, "value": …}`.
        """
        content = {"application/json": {"schema": dict(schema), "examples": dict(examples)}}
        documented = self.doc(requestBody={"required": True, "content": content})

        def decorator(view: View) -> View:
            @wraps(view)
            def with_body(*args: Any, **kwargs: Any) -> Any:
                return view(*args, json_body.read(), **kwargs)

            return cast("View", documented(with_body))

        return decorator


def as_response(result: Any, status_code: int) -> Response:
    """Write JSON values, or their text, perhaps with a status and headers, as an answer."""
    if isinstance(result, Response):
        return result
    value, status, headers = result if isinstance(result, tuple) else (result, None, None)
    text = value if isinstance(value, str) else dumps(value)
    return Response(text, status or status_code, headers, mimetype="application/json")


class FiniteJson(DefaultJSONProvider):
    """JSON in the order in which it was made; a number that is not finite is a fault of ours, never an answer."""

    sort_keys = False
    ensure_ascii = False
    default = staticmethod(written)

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Return a value as JSON; raises ValueError for a number that is not finite."""
        return super().dumps(obj, allow_nan=False, **kwargs)


class Application(Flask):
    """Flask for functions that are none of asyncio's: it would look at every hook for that, at every request."""

    json_provider_class = FiniteJson

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view or hook as it is."""
        return func


class Api(flask_smorest.Api):  # type: ignore[misc]
    """The whole interface: operations and the document that describes them."""

    def _register_error_handlers(self) -> None:
        """Leave errors to `app.problems`."""

    def _openapi_json(self) -> Response:
        return Response(json.dumps(self.document(), indent=1), mimetype="application/json")

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        return openapi.complete(deepcopy(self.spec.to_dict()))


def configure(app: Flask) -> None:
    """Tell flask-smorest what it needs to know."""
    app.config.update(
        API_TITLE="Chainrule",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        API_SPEC_OPTIONS={"info": openapi.INFO, "servers": [{"url": "/", "description": "This service"}]},
    )
