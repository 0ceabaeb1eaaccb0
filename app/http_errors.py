"""Errors that Flask and Werkzeug raise themselves, in the words of the catalogue."""

from typing import Any

from flask import current_app, request
from werkzeug.exceptions import ClientDisconnected, HTTPException, MethodNotAllowed, NotFound

from app.catalogue import CATALOGUE
from app.errors import Flaw
from datasets.did_you_mean import closest

BY_STATUS = {
    400: "request.malformed",
    401: "auth.missing",
    404: "not_found.path",
    405: "request.method_not_allowed",
    413: "request.too_large",
    415: "request.wrong_content_type",
    416: "request.range_invalid",
    503: "server.unavailable",
}


def read(error: HTTPException) -> list[dict[str, Any]]:
    """Say what happened; an error of an unlisted status counts as a malformed request or as our own fault."""
    return [_flaw(error).to_json()]


def _flaw(error: HTTPException) -> Flaw:
    if isinstance(error, ClientDisconnected):
        return Flaw(code="request.upload_incomplete", message="The body broke off before its end.")
    if isinstance(error, NotFound):
        return _nothing_there()
    if isinstance(error, MethodNotAllowed):
        return _wrong_method(error)
    status = error.code or 500
    code = BY_STATUS.get(status, "request.malformed" if status < 500 else "server.bug")
    said = error.description if code == "request.range_invalid" else None
    return Flaw(code=code, message=said or CATALOGUE[code].title + ".")


def _nothing_there() -> Flaw:
    path = request.path[:60]
    addresses = [rule.rule for rule in current_app.url_map.iter_rules() if not rule.arguments]
    suggestion = closest(request.path, addresses)
    hint = f"Is `{suggestion}` meant?" if suggestion else "`/docs` lists every address."
    message = f"There is nothing at `{path}`."
    return Flaw(code="not_found.path", message=message, extras={"hint": hint, "suggestion": suggestion})


def _wrong_method(error: MethodNotAllowed) -> Flaw:
    allowed = sorted(error.valid_methods or ())
    names = ", ".join(f"`{method}`" for method in allowed)
    return Flaw(
        code="request.method_not_allowed",
        message=f"`{request.method[:20]}` is not possible here; possible are {names}.",
        extras={"found": request.method[:20], "allowed": allowed},
    )
