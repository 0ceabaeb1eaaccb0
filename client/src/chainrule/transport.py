"""HTTP with manners: keys, time limits, and retries where repeating is safe."""

import base64
import hashlib
import random
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import httpx2 as httpx

from chainrule import errors
from chainrule.tables import TableFile

T = TypeVar("T")
TRIES = 3
TRY_AGAIN = frozenset({429, 502, 503, 504})
AS_IT_IS = {"Accept-Encoding": "identity"}
STILL_SERVED = "idempotency.in_progress"  # the first try goes on: a moment later its answer is given again
SAFE = frozenset({"GET", "HEAD"})
SILENCE_SECONDS = 30.0  # the service speaks at least every few seconds on a stream
Content = bytes | BinaryIO


class Transport:
    """One address, one connection pool."""

    def __init__(self, base_url: str, api_key: str | None, timeout: float) -> None:
        headers = {"User-Agent": "chainrule-python/0.1.0"}
        if api_key:
            headers["Authorization"] = f"Bearer {api_key}"
        self.base_url = base_url.rstrip("/")
        self._http = httpx.Client(base_url=self.base_url, headers=headers, timeout=timeout)

    def json(self, method: str, path: str, **request: Any) -> Any:
        """Ask and read the answer as JSON."""
        return read(self.ask(method, path, **request), self.base_url)

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Ask; raise what the service says is wrong. Reading is tried three times."""
        tries = TRIES if method in SAFE else 1
        return self._insist(tries, lambda: accepted(self._http.request(method, path, **request)))

    def make(self, path: str, *, key: str | None = None, content: Content | None = None, **request: Any) -> Any:
        """Let something be made, once: an `Idempotency-Key` lets the service know the second try from a second wish.

        So a lost connection and a service that is busy or restarts are tried again, as for reading; a file is sent
        from its start each time.
        """
        headers = {**request.pop("headers", {}), "Idempotency-Key": key or str(uuid.uuid4())}

        def attempt() -> httpx.Response:
            if content is None:
                return accepted(self._http.post(path, headers=headers, **request))
            if not isinstance(content, bytes):
                content.seek(0)
            return accepted(self._http.post(path, headers=headers, content=content, **request))

        return read(self._insist(TRIES, attempt), self.base_url)

    @contextmanager
    def stream(self, path: str, *, headers: Mapping[str, str]) -> Iterator[Iterator[str]]:
        """Give the lines of an answer as they come."""
        with self._http.stream("GET", path, headers=dict(headers), timeout=SILENCE_SECONDS) as response:
            if not response.is_success:
                response.read()
            yield accepted(response).iter_lines()

    def answers(self, path: str, table: TableFile, params: Mapping[str, str]) -> bytes:
        """Send a table, and give what comes back for it; asking changes nothing, so it is tried again as reading is."""

        def attempt() -> bytes:
            rewind(table.content)
            headers = {"Content-Type": table.media_type}
            content: bytes = accepted(
                self._http.post(path, content=table.content, params=dict(params), headers=headers, timeout=None)
            ).content
            return content

        return self._insist(TRIES, attempt)

    def exchange(self, path: str, table: TableFile, file: Path, params: Mapping[str, str], wanted: str | None) -> Path:
        """Send a table, and write what comes back to a file; both a piece at a time."""

        def attempt() -> Path:
            rewind(table.content)
            headers = {"Content-Type": table.media_type, "Accept": wanted or table.media_type, **AS_IT_IS}
            sent = {"content": table.content, "params": dict(params), "headers": headers, "timeout": None}
            return self._fetch(path, file, sent, method="POST")

        return self._insist(TRIES, attempt)

    def download(self, path: str, file: Path, **request: Any) -> Path:
        """Write an answer to a file, a piece at a time; it is there whole and unchanged, or not at all."""
        return self._insist(TRIES, lambda: self._fetch(path, file, request))

    def _fetch(self, path: str, file: Path, request: Mapping[str, Any], *, method: str = "GET") -> Path:
        partial = file.with_name(f".{file.name}.part")
        try:
            asked = {"headers": AS_IT_IS, **request}
            with self._http.stream(method, path, **asked) as response, partial.open("wb") as out:
                if not response.is_success:
                    response.read()
                seen = hashlib.sha256()
                for piece in accepted(response).iter_raw():
                    out.write(piece)
                    seen.update(piece)
            check_digest(response.headers.get("Repr-Digest"), seen.digest())
            return partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)

    def _insist(self, tries: int, attempt: Callable[[], T]) -> T:
        for left in range(tries - 1, -1, -1):
            try:
                return attempt()
            except httpx.TransportError as error:
                if not left:
                    raise errors.ConnectionFailed(f"{self.base_url} does not answer: {error}") from error
                pause(None)
            except errors.ApiError as refusal:
                if not left or not (refusal.status in TRY_AGAIN or refusal.code == STILL_SERVED):
                    raise
                pause(refusal.retry_after)
        raise AssertionError("the last try answers or raises")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def pages(transport: Transport, path: str, **filters: str) -> Iterator[Mapping[str, Any]]:
    """Yield every item of a list, page by page."""
    after: dict[str, str] = {}
    while True:
        page = transport.json("GET", path, params={**filters, **after, "limit": "100"})
        yield from page["data"]
        if not page["has_more"]:
            return
        after = {"after": page["next_cursor"]}


def rewind(content: Content) -> None:
    """Begin an open file again from its start."""
    if not isinstance(content, bytes):
        content.seek(0)


def stretches(transport: Transport, path: str, **filters: str) -> Iterator[Any]:
    """Yield every item of a list that is counted from 0, stretch by stretch."""
    offset = 0
    while True:
        stretch = transport.json("GET", path, params={**filters, "offset": str(offset)})
        yield from stretch["data"]
        offset += len(stretch["data"])
        if not stretch["has_more"]:
            return


def read(response: httpx.Response, base_url: str) -> Any:
    """Read an answer as JSON."""
    try:
        return response.json()
    except ValueError as error:
        raise errors.ConnectionFailed(f"{base_url} answers, but not as a Chainrule service does.") from error


def problem_of(response: httpx.Response) -> Mapping[str, Any]:
    """Read a refusal, also one that does not come from the service itself."""
    try:
        body = response.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"title": response.reason_phrase, "detail": response.text[:200]}


def accepted(response: httpx.Response) -> httpx.Response:
    """Give the answer back; raise when it is a refusal."""
    if response.is_success:
        return response
    asked = response.headers.get("Retry-After", "")
    raise errors.of(response.status_code, problem_of(response), float(asked) if asked.isdecimal() else None)


def check_digest(said: str | None, seen: bytes) -> None:
    """Raise when bytes changed on their way; nothing is checked where the sender says nothing (RFC 9530)."""
    found = re.search(r"sha-256=:([A-Za-z0-9+/=]+):", said or "")
    if found is not None and base64.b64decode(found[1]) != seen:
        raise errors.ConnectionFailed("The file arrived damaged: its digest is not the one that the service named.")


def pause(seconds: float | None) -> None:
    """Wait as long as the service asks, else a moment that differs between callers."""
    asked = 0.2 if seconds is None else min(seconds, 10)
    time.sleep(asked + random.uniform(0, 0.2))  # noqa: S311  # jitter, not a secret
