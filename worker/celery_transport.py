"""Celery's transport over Redis that survives whatever anybody may have written there."""

from queue import Empty

import structlog
from kombu.exceptions import DecodeError, SerializerNotInstalled
from kombu.transport import redis

log = structlog.get_logger(__name__)

# What bytes that are no message of ours raise on their way through Kombu; an error of the connection is none of them.
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, RecursionError, DecodeError, SerializerNotInstalled)


class Channel(redis.Channel):
    """Drops what is no message, where Kombu would let it end the worker."""

    def _brpop_read(self, **options: object) -> bool | None:
        try:
            read: bool | None = super()._brpop_read(**options)  # type: ignore[misc]  # the stubs leave it out
        except UNREADABLE as error:
            log.warning("dropped what is no message", reason=type(error).__name__)
            raise Empty from error
        return read


class Transport(redis.Transport):
    """Reads through our channel."""

    Channel = Channel
