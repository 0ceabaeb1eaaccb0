"""The time of day, in UTC, for people; no decision about a job is taken by it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)
