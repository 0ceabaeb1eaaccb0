"""Access to a project: the one of the request's key, or the default one where no key is needed."""

import hmac

from flask import g, request

from app.context import store
from app.errors import Refused, refuse
from app.http.access import clients
from app.process_state import process_state
from app.services.key_guesses import QUIET_SECONDS
from store import api_keys
from store.database.tables import DEFAULT_PROJECT

GUARDED = "/v1/"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="chainrule"'}


def check_key() -> None:
    """Set the request's project, or refuse it."""
    g.project_id = DEFAULT_PROJECT
    if request.path.startswith(GUARDED) and needs_key():
        g.project_id = project_of(request.headers.get("Authorization", ""))


def needs_key() -> bool:
    """Tell whether this request needs a key: from other machines always, and everywhere once one was made."""
    if "needs_key" not in g:
        g.needs_key = (
            store().settings.api_key is not None or not clients.is_local() or store().key_census.was_one_made()
        )
    return bool(g.needs_key)


def project_of(authorization: str) -> str:
    """Find the project of a key; unknown, revoked and malformed keys are answered alike."""
    scheme, _, secret = authorization.partition(" ")
    if not authorization:
        raise refuse("auth.missing", "A key is needed: send `Authorization: Bearer cr_…`.", headers=CHALLENGE)
    if scheme.lower() != "bearer":
        raise _invalid()
    secret, guesses = secret.strip(), process_state().key_guesses
    address = clients.neighbourhood(clients.address())
    if guesses.are_too_many(address, api_keys.digest(secret)):
        message = "Too many wrong keys came from this address."
        raise refuse("auth.too_many_guesses", message, headers={"Retry-After": str(int(QUIET_SECONDS))})
    found = _project_of(secret)
    if found is None:
        guesses.note_wrong(address)
        raise _invalid()
    guesses.note_right(api_keys.digest(secret))
    return found


def _project_of(secret: str) -> str | None:
    own = store().settings.api_key
    if own is not None and hmac.compare_digest(api_keys.digest(own), api_keys.digest(secret)):
        return DEFAULT_PROJECT
    with store().database.reading() as session:
        key = api_keys.verify(session, secret)
    if key is None:
        return None
    store().key_uses.note(key)
    return key.project_id


def _invalid() -> Refused:
    return refuse("auth.invalid", "The key is not accepted.", headers=CHALLENGE)
