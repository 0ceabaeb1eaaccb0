"""The time of day, in UTC, for people; no decision about a job is taken by it."""

from datetime import UTC, date, datetime
from typing import cast


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


def in_utc(moment: datetime) -> str:
    """Write a time as clients see it: RFC 3339 in UTC, to the millisecond, with `Z`."""
    moment = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def written(value: object) -> str:
    """Write what JSON has no form for, which is times alone; raises TypeError for anything else."""
    if isinstance(value, date):  # all that are kept are moments
        return in_utc(cast("datetime", value))
    raise TypeError(f"{type(value).__name__} has no form in JSON")
