"""Asking the parts that the service stands on how they are."""

from typing import Any

from app.errors import refuse
from store import Store
from store.database.migrations import is_current


def readiness(store: Store) -> dict[str, Any]:
    """Check database and Redis; raises when nothing could be served."""
    store.database.ping()
    if not is_current(store.database):
        message = "The database does not have the tables of this version."
        raise refuse("server.unavailable", message, hint="Run `./chainrule migrate`.")
    redis = store.progress.ping()
    return {
        "status": "ready" if redis else "degraded",
        "checks": {"database": "ok", "redis": "ok" if redis else "away"},
    }
