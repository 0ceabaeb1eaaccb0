"""Access to a project: the one of the request's key, or the default one where no key is needed."""

import hmac
import ipaddress

from flask import g, request

from app.context import store
from app.errors import Refused, refuse
from store import api_keys
from store.database.tables import DEFAULT_PROJECT

GUARDED = "/v1/"
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
"""What proxies add: whoever they speak for is not known to be on this machine."""
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="chainrule"'}


def check_key() -> None:
    """Set the request's project, or refuse it."""
    g.project_id = DEFAULT_PROJECT
    if request.path.startswith(GUARDED) and needs_key():
        g.project_id = project_of(request.headers.get("Authorization", ""))


def needs_key() -> bool:
    """Tell whether this request needs a key: from other machines always, and everywhere once one was made."""
    if "needs_key" not in g:
        g.needs_key = store().settings.api_key is not None or not is_local() or store().key_census.was_one_made()
    return bool(g.needs_key)


def is_local() -> bool:
    """Tell whether the request comes from this machine; what a proxy on this machine forwards does not."""
    if any(name in request.headers for name in FORWARDED):
        return False
    peer = request.remote_addr
    if not peer:
        return True  # a socket file
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False


def project_of(authorization: str) -> str:
    """Find the project of a key; unknown, revoked and malformed keys are answered alike."""
    scheme, _, secret = authorization.partition(" ")
    if not authorization:
        raise refuse("auth.missing", "A key is needed: send `Authorization: Bearer cr_…`.", headers=CHALLENGE)
    if scheme.lower() != "bearer":
        raise _invalid()
    own = store().settings.api_key
    if own is not None and hmac.compare_digest(api_keys.digest(own), api_keys.digest(secret.strip())):
        return DEFAULT_PROJECT
    with store().database.reading() as session:
        key = api_keys.verify(session, secret.strip())
    if key is None:
        raise _invalid()
    store().key_uses.note(key)
    return key.project_id


def _invalid() -> Refused:
    return refuse("auth.invalid", "The key is not accepted.", headers=CHALLENGE)
