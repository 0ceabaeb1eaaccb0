"""A Redis connection that may fail: short time limits, and a circuit breaker so that an absent Redis costs nothing."""

import time
from collections.abc import Callable
from typing import TypeVar

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from store.redis.urls import for_client

T = TypeVar("T")
CONNECT_SECONDS = 0.2
ANSWER_SECONDS = 0.2
REST_SECONDS = 2.0


class RedisLink:
    """Asks Redis; answers a default when it is away, and does not ask again for a moment."""

    def __init__(self, url: str, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        # redis-py's own default of 5 s and three retries would hold a request for half a minute.
        self.client = Redis.from_url(
            for_client(url),
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=answer_seconds,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        self._rests_until = 0.0

    @property
    def is_resting(self) -> bool:
        """Whether Redis failed a moment ago and is left alone."""
        return time.monotonic() < self._rests_until

    def ask(self, question: Callable[["Redis"], T], default: T) -> T:
        """Ask Redis one thing; the default when it is away."""
        if self.is_resting:
            return default
        try:
            return question(self.client)
        except (RedisError, OSError):
            self._rests_until = time.monotonic() + REST_SECONDS
            return default

    def ping(self) -> bool:
        """Tell whether Redis answers."""
        return bool(self.ask(lambda redis: redis.ping(), False))

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
