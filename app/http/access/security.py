"""Checks of host, query, origin and encoding before each request, and security headers on each answer."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, request

from app.context import store
from app.errors import refuse
from app.http.access import clients, keys

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PROBES = frozenset({"/healthz", "/readyz"})  # asked by machines that know an address only; they tell nothing secret
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SECRET_PARAMETERS = frozenset({"key", "api_key", "apikey", "token", "access_token", "authorization", "secret"})
KEY_LIKE = re.compile(r"cr_[\w-]{20}")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
PRIVATE = {**HEADERS, "Cache-Control": "private, no-cache"}


def install(app: Flask) -> None:
    """Check every request before it is served, and mark every answer."""
    app.before_request(check_host)
    app.before_request(check_query)
    app.before_request(check_origin)
    app.before_request(check_encoding)
    app.before_request(keys.check_key)
    app.after_request(insist_on_https)
    app.wsgi_app = marked(app.wsgi_app)  # type: ignore[method-assign,assignment]  # as Flask's manual adds something below it


def check_host() -> None:
    """Refuse a name that is not ours: a page of another site could have pointed its own name at this machine."""
    if request.path in PROBES:
        return
    allowed = store().settings.allowed_hosts
    if not allowed and keys.needs_key():
        return  # a page of another site has no key
    name = host_name(_host_named(request.environ))
    if name not in LOOPBACK and name not in {host.lower() for host in allowed}:
        raise refuse(
            "request.host_invalid",
            f"This service is not called `{name[:60]}`." if name else "The request names no host.",
            found=name[:60],
            hint="Use `localhost`, or let the operator add the name to `CHAINRULE_ALLOWED_HOSTS`.",
        )


def _host_named(environ: Mapping[str, str]) -> str:
    """Give the host that a request is for: of a whole address it is the one in that (RFC 9112, 3.2.2)."""
    scheme, is_whole, rest = environ.get("RAW_URI", "").partition("://")
    if is_whole and scheme.isalpha():
        return re.split(r"[/?#]", rest, maxsplit=1)[0]
    return environ.get("HTTP_HOST", "")


@lru_cache(maxsize=256)
def host_name(host: str) -> str:
    """Take the name out of a Host header: without port, brackets and capitals; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def check_query() -> None:
    """Refuse a key in the address, where logs and histories would keep it."""
    for name, value in request.args.items(multi=True):
        if name.lower() in SECRET_PARAMETERS or KEY_LIKE.match(value):
            message = f"`{name[:60]}` looks like a key; keys go into the `Authorization` header."
            raise refuse("auth.in_query", message, hint="Send `Authorization: Bearer …`, and revoke this key.")


def check_origin() -> None:
    """Refuse changes that a browser asks for on behalf of another site."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and not _is_same(origin, request.environ.get("HTTP_HOST", ""))
    if is_foreign or request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        said = f"`{origin[:60]}`" if origin else "another site"
        raise refuse("request.cross_site", f"The request comes from {said}, not from this service.", found=origin)


def _is_same(origin: str, host: str) -> bool:
    try:
        return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False


def check_encoding() -> None:
    """Refuse compressed bodies: a small one could inflate to any size."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"identity", ""}:
        message = f"The body is encoded as `{encoding[:60]}`; only bodies without `Content-Encoding` are read."
        raise refuse("request.content_encoding", message, found=encoding[:60])


def insist_on_https(response: Response) -> Response:
    """Tell browsers that came by HTTPS to come by nothing else."""
    if clients.is_secure():
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def marked(application: "WSGIApplication") -> "WSGIApplication":
    """Tell browsers to stay careful with every answer, unless it has words of its own.

    Below Flask, whose headers are searched from end to end for each one that is set.
    """

    def serve(environ: "WSGIEnvironment", start_response: Any) -> Iterable[bytes]:
        ours = PRIVATE if environ.get("PATH_INFO", "").startswith("/v1/") else HEADERS

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            given = {name.lower() for name, _ in headers}
            added = [(name, value) for name, value in ours.items() if name.lower() not in given]
            return start_response(status, headers + added, *rest)

        return application(environ, start)

    return serve
