"""Live progress of running jobs: a Redis stream per job, with an expiry; lossy on purpose."""

import json
import time
from typing import Any

from redis import Redis

from store.redis.connection import RedisLink

EXPIRY_SECONDS = 3600
KEPT = 1000
BLOCK_SECONDS = 1.0
POLL_SECONDS = 0.2


class LiveProgress:
    """Publishes and reads the newest report of a job; answers None when Redis is away."""

    def __init__(self, url: str) -> None:
        self._link = RedisLink(url)
        self._waiting = RedisLink(url, answer_seconds=BLOCK_SECONDS + 1)  # longer than it blocks, or every wait fails

    def publish(self, job_id: str, fence: int, payload: dict[str, Any]) -> None:
        """Leave a report where readers look first."""
        entry = {"fence": str(fence), "payload": json.dumps(payload)}

        def send(redis: Redis) -> None:
            pipe = redis.pipeline(transaction=False)
            pipe.xadd(key(job_id), entry, maxlen=KEPT, approximate=True)  # type: ignore[arg-type]
            pipe.expire(key(job_id), EXPIRY_SECONDS)
            pipe.execute()

        self._link.ask(send, None)

    def latest(self, job_id: str) -> dict[str, Any] | None:
        """Read the newest report: the payload with its `fence`; None when there is none or Redis is away."""
        found: Any = self._link.ask(lambda redis: redis.xrevrange(key(job_id), count=1), None)
        return report_of(found[0][1]) if found else None

    def wait(self, job_id: str, seconds: float) -> None:
        """Return when something new was published or the time is over; with Redis away, after a short sleep."""
        block = min(seconds, BLOCK_SECONDS)
        if block <= 0:
            return
        if self._waiting.is_resting or not self._link.ping():  # a frozen Redis is noticed before a long wait begins
            time.sleep(min(block, POLL_SECONDS))
            return
        self._waiting.ask(lambda redis: redis.xread({key(job_id): "$"}, count=1, block=max(1, int(block * 1000))), None)

    def ping(self) -> bool:
        """Tell whether Redis answers."""
        return self._link.ping()

    def close(self) -> None:
        """Close the connections."""
        self._link.close()
        self._waiting.close()


def report_of(fields: Any) -> dict[str, Any] | None:
    """Read an entry of a stream; None for one that we did not write: what stands in Redis is not trusted."""
    try:
        payload = json.loads(fields["payload"], parse_constant=lambda _: None)  # NaN is no JSON
        return {**payload, "fence": int(fields["fence"])}
    except (KeyError, TypeError, ValueError, RecursionError):
        return None


def key(job_id: str) -> str:
    """Name the stream of a job."""
    return f"chainrule:progress:{job_id}"
