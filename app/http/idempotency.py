"""Requests that may be sent again: recognized by `Idempotency-Key`, answered as the first time."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, json, request
from sqlalchemy.orm import Session

from app.context import project_id, store
from app.errors import refuse
from app.process_state import process_state
from app.services.idempotency import SaveReply, View, keep_nothing
from store import idempotency
from store.errors import AnsweredBefore
from store.idempotency import Once, Reply

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
RETRY_AFTER = {"Retry-After": "1"}
LONGEST = 255
_KEY = re.compile(rf"[!-~]{{1,{LONGEST}}}")


class Replayed(Exception):  # reads as the fact it is
    """The request was answered before; this is how."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def install(app: Flask) -> None:
    """Give answers again, and forget at the end of a request that it was being served."""

    @app.errorhandler(Replayed)
    def replay(replayed: Replayed) -> Response:
        return answer(replayed.reply)

    @app.errorhandler(AnsweredBefore)
    def follow(error: AnsweredBefore) -> Response:
        """Answer the slower of two tries: its own work was rolled back."""
        with store().database.reading() as session:
            reply = idempotency.find(session, g.once)
        if reply is None:
            raise error
        return answer(reply)

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        if "served" in g:
            process_state().serving.leave(g.served)


def answer(reply: Reply) -> Response:
    """Answer as the first time, and say so."""
    headers = {**reply.headers, REPLAYED: "true"}
    return Response(reply.body, reply.status, mimetype="application/json", headers=headers)


def check_key() -> None:
    """Refuse what cannot be a key, before anything is done."""
    key = request.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        message = f"`{HEADER}` takes 1 to {LONGEST} visible ASCII characters; this one has {len(key)} characters."
        raise refuse("idempotency.key_invalid", message, hint="A UUID is a good key.")


def recognize(content: Any) -> None:
    """Give the first answer again when this request was answered before.

    `content` is all that is asked beside method and address: a JSON body, or a file's digest and name. Refuses a key
    that stands for another request, and one whose request is being served.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return
    asked = [request.method, request.path, sorted(request.args.items(multi=True)), content]
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    once = Once(project_id=project_id(), key=key, digest=digest)
    with store().database.reading() as session:
        reply = idempotency.find(session, once)
    if reply is not None:
        raise Replayed(reply)
    if not process_state().serving.enter((once.project_id, key)):
        message = f"A request with the key `{key[:60]}` is still being served."
        raise refuse("idempotency.in_progress", message, headers=RETRY_AFTER)
    g.once, g.served = once, (once.project_id, key)


def keep_as(status: int, *, known: int | None = None, headers: Mapping[str, str] = {}) -> SaveReply:
    """Make what a service calls with what it made: the answer is kept for repeats, if the request has a key.

    `status` is what is answered for something new, `known` for something that was there already.
    """
    if HEADER not in request.headers:
        return keep_nothing

    def keep(session: Session, view: View, *, is_new: bool = True) -> None:
        if "once" in g:
            told = {"Location": view["urls"]["self"], **headers}
            sent = status if is_new or known is None else known
            idempotency.keep(session, g.once, Reply(status=sent, headers=told, body=json.dumps(view)))

    return keep
