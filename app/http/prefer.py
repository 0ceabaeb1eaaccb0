"""The `Prefer` header (RFC 7240): the seconds that a client is ready to wait."""

import re

LONGEST_WAIT_S = 60
_WAIT = re.compile(r'\s*wait\s*=\s*"?(\d{1,9})"?\s*(;.*)?', re.IGNORECASE)


def wait_seconds(header: str) -> int | None:
    """Seconds the client is ready to wait, at most 60; `None` when it has no such preference or it cannot be read."""
    for preference in header.split(","):
        if found := _WAIT.fullmatch(preference):
            return min(int(found[1]), LONGEST_WAIT_S)
    return None
