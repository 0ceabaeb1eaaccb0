"""Asking the parts that the service stands on how they are."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError

from app.errors import refuse
from store import Store
from store.database.migrations import is_current
from store.errors import DatabaseAway, StorageFull

LEAST_FREE_BYTES = 8 << 20


def readiness(store: Store) -> dict[str, Any]:
    """Check database, Redis and the home folder; raises when nothing could be served."""
    checks = {
        "database": database(store),
        "redis": "ok" if store.progress.ping() else "away",
        "storage": storage(store.settings.home),
    }
    if checks["database"] == "away":
        raise refuse("server.unavailable", "The database does not answer.", checks=checks)
    if checks["database"] == "other_version":
        message = "The database does not have the tables of this version."
        raise refuse("server.unavailable", message, hint="Run `./chainrule migrate`.", checks=checks)
    return {"status": "ready" if set(checks.values()) == {"ok"} else "degraded", "checks": checks}


def database(store: Store) -> str:
    """Tell whether the database answers and has our tables: `ok`, `other_version` or `away`."""
    try:
        store.database.ping()
        return "ok" if is_current(store.database) else "other_version"
    except (DatabaseAway, StorageFull, OperationalError, InterfaceError):
        return "away"


def storage(home: Path) -> str:
    """Tell whether uploads and copies have a place in the home folder: `ok`, `full` or `read_only`."""
    while not home.exists() and home != home.parent:  # it is made when it is needed
        home = home.parent
    with suppress(OSError):
        disk = os.statvfs(home)
        if disk.f_flag & os.ST_RDONLY or not os.access(home, os.W_OK):
            return "read_only"
        if disk.f_bavail * disk.f_frsize < LEAST_FREE_BYTES:
            return "full"
        return "ok"
    return "read_only"
