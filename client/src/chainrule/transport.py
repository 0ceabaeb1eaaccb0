"""HTTP with manners: keys, time limits, and retries where repeating is safe."""

import random
import time
from collections.abc import Mapping
from typing import Any

import httpx2 as httpx

from chainrule import errors

TRIES = 3
TRY_AGAIN = frozenset({429, 502, 503, 504})
SAFE = frozenset({"GET", "HEAD"})


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
        response = self.ask(method, path, **request)
        try:
            return response.json()
        except ValueError as error:
            raise errors.ConnectionFailed(f"{self.base_url} answers, but not as a Chainrule service does.") from error

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Ask; raise what the service says is wrong. Reading is tried three times."""
        tries = TRIES if method in SAFE else 1
        for left in range(tries - 1, -1, -1):
            try:
                response = self._http.request(method, path, **request)
            except httpx.TransportError as error:
                if not left:
                    raise errors.ConnectionFailed(f"{self.base_url} does not answer: {error}") from error
                pause(None)
                continue
            if response.is_success:
                return response
            if not left or response.status_code not in TRY_AGAIN:
                raise errors.of(response.status_code, problem_of(response))
            pause(response.headers.get("Retry-After"))
        raise AssertionError("the last try answers or raises")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def problem_of(response: httpx.Response) -> Mapping[str, Any]:
    """Read a refusal, also one that does not come from the service itself."""
    try:
        body = response.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"title": response.reason_phrase, "detail": response.text[:200]}


def pause(retry_after: str | None) -> None:
    """Wait as long as the service asks, else a moment that differs between callers."""
    asked = float(retry_after) if retry_after and retry_after.isdigit() else 0.2
    time.sleep(min(asked, 10) + random.uniform(0, 0.2))  # noqa: S311  # jitter, not a secret
