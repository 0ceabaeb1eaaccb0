"""Ids that say what they name: a prefix and a lowercase ULID, so that they sort by age."""

from ulid import ULID

PREFIXES = {
    "project": "prj_",
    "dataset": "ds_",
    "job": "job_",
    "model": "mdl_",
    "checkpoint": "ckpt_",
    "evaluation": "eval_",
    "event": "evt_",
    "key": "key_",
    "worker": "wrk_",
    "request": "req_",
}
_BODY = frozenset("0123456789abcdefghjkmnpqrstvwxyz")


def new(kind: str) -> str:
    """Make an id of this kind, later than every earlier one to the millisecond."""
    return PREFIXES[kind] + str(ULID()).lower()


def kind_of(text: str) -> str | None:
    """Tell what an id names; None when it is no id of ours."""
    for kind, prefix in PREFIXES.items():
        body = text.removeprefix(prefix)
        if body != text and len(body) == 26 and set(body) <= _BODY:
            return kind
    return None
