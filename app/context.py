"""What a request works with: the store of its application and the project it belongs to."""

from typing import cast

from flask import current_app, g

from store import Store

EXTENSION = "chainrule"


def store() -> Store:
    """Return the store that this application was made with."""
    return cast("Store", current_app.extensions[EXTENSION])


def project_id() -> str:
    """Return the project of the request; set once, when its key was checked."""
    return cast("str", g.project_id)
