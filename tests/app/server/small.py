"""The smallest application: it says how it was called, waits when it is told to, reads when it is told to."""

import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer with the path and the length of the body."""
    query = parse_qs(environ["QUERY_STRING"])
    time.sleep(float(query.get("sleep", ["0"])[0]))
    body = b"" if "unread" in query else environ["wsgi.input"].read()
    text = f"{environ['PATH_INFO']} {len(body)} {environ['SCRIPT_NAME']}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))])
    return [text]
