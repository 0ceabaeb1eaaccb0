"""What a caller of the service can meet.

ChainruleError
├── ConnectionFailed       the service does not answer
├── ApiError               the service refused; it says why
│   ├── BadRequest         400, 413, 415, 422: something in the request has to change
│   ├── NotAllowed         401, 403: a key is missing, unknown or too weak
│   ├── NotFound           404
│   ├── Conflict           409: the thing's state does not allow it
│   └── Unavailable        429, 503, 507: later
├── JobFailed              the job ended without a model
├── WaitedTooLong          the job goes on; only the waiting ended
├── UnreadableWeights      a file that is no download of ours
├── NoIntervals            a file without scores for sets and intervals, or with too few
└── RowsChanged            rows that do not fit the table of the training
"""

from collections.abc import Mapping, Sequence
from typing import Any


class ChainruleError(Exception):
    """Something did not work out."""


class ConnectionFailed(ChainruleError):
    """The service does not answer."""


class ApiError(ChainruleError):
    """The service refused; it says why."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.status, self.retry_after = status, retry_after
        self.code: str = str(problem.get("code", f"http.{status}"))
        self.detail: str = str(problem.get("detail", problem.get("title", "")))
        self.errors: Sequence[Mapping[str, Any]] = problem.get("errors") or []
        self.request_id: str | None = problem.get("request_id")
        lines = [f"{self.detail} ({self.code})"]
        lines += [f"  {place(e)}: {e.get('message', '')}" for e in self.errors]
        lines += [f"  request {self.request_id}"] if self.request_id else []
        super().__init__("\n".join(lines))


class BadRequest(ApiError):
    """Something in the request has to change."""


class NotAllowed(ApiError):
    """A key is missing, unknown or too weak."""


class NotFound(ApiError):
    """There is no such thing."""


class Conflict(ApiError):
    """The thing's state does not allow it."""


class Unavailable(ApiError):
    """Not now; `retry_after` says after how many seconds to ask again, when the service knows."""


class JobFailed(ChainruleError):
    """The job ended without a model."""

    def __init__(self, job_id: str, status: str, error: Mapping[str, Any] | None) -> None:
        self.job_id, self.status, self.error = job_id, status, error or {}
        said = f"{self.error['message']} ({self.error['code']})" if self.error else f"it was {status}"
        hint = f"\n  {self.error['hint']}" if self.error.get("hint") else ""
        super().__init__(f"Job {job_id} has no model: {said}{hint}")


class WaitedTooLong(ChainruleError):
    """The job goes on; only the waiting ended."""


class UnreadableWeights(ChainruleError):
    """The file is no download of ours."""


class NoIntervals(ChainruleError):
    """A file has no scores for sets and intervals, or too few for what is asked."""


class RowsChanged(ChainruleError):
    """Rows do not fit the table of the training."""


def place(fault: Mapping[str, Any]) -> str:
    """Say where a fault is: in the body of the request, or in the file."""
    position = fault.get("position") or {}
    in_file = ", ".join(f"{name} {value}" for name, value in position.items() if value is not None)
    return str(fault.get("pointer") or in_file or "the request")


def of(status: int, problem: Mapping[str, Any], retry_after: float | None = None) -> ApiError:
    """Choose the class of an answer."""
    kinds: dict[int, type[ApiError]] = {401: NotAllowed, 403: NotAllowed, 404: NotFound, 409: Conflict}
    kinds |= dict.fromkeys((429, 503, 507), Unavailable) | dict.fromkeys((400, 413, 415, 422), BadRequest)
    return kinds.get(status, ApiError)(status, problem, retry_after)
