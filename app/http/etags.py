"""`ETag` on every read of JSON, 304 for who has it already, and 412 for who wants another version."""

from http.client import NO_CONTENT, OK, PRECONDITION_FAILED

from flask import Flask, Response, request

from app import problems
from app.errors import Flaw, refuse

CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")
OTHER = "`If-Match` names another version than the present one."
AT_A_CHANGE = "`If-Match` is heeded by requests that read. Nothing was changed."


def install(app: Flask) -> None:
    """Name every answer of a read by its bytes."""

    @app.before_request
    def refuse_conditions_of_changes() -> None:
        if "HTTP_IF_MATCH" in request.environ and request.method not in {"GET", "HEAD", "OPTIONS"}:
            raise refuse("request.precondition_failed", AT_A_CHANGE)  # ignored, it would lose what it should protect

    @app.after_request
    def name_the_version(response: Response) -> Response:
        is_read = response.status_code == OK and request.method in {"GET", "HEAD"}
        if is_read and response.mimetype == "application/json" and not response.is_streamed:
            response.add_etag()
            if not request.environ.keys().isdisjoint(CONDITIONS):
                response.make_conditional(_conditions())
                if response.status_code == PRECONDITION_FAILED:
                    return problems.problem([Flaw(code="request.precondition_failed", message=OTHER).to_json()])
        if response.status_code == NO_CONTENT:
            del response.headers["Content-Type"]
        return response


def check(etag: str) -> None:
    """Refuse to send this version to who wants another one."""
    wanted = request.if_match
    if wanted and not wanted.star_tag and not wanted.is_strong(etag):
        raise refuse("request.precondition_failed", OTHER)


def _conditions() -> dict[str, object]:
    """Give the environment without `If-Match: *`, which every version meets; Werkzeug takes it for a name."""
    return {name: value for name, value in request.environ.items() if (name, value) != ("HTTP_IF_MATCH", "*")}
