"""Times as clients see them: RFC 3339 in UTC."""

from datetime import UTC, datetime


def in_utc(moment: datetime) -> str:
    """Write a time to the millisecond, with `Z`."""
    moment = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
