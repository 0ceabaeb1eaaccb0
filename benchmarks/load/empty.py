"""The yardstick: a route of Flask that does nothing, for the same server and the same machine."""

from flask import Flask

application = Flask(__name__)


@application.route("/empty", methods=["GET", "POST"])
def empty() -> dict[str, str]:
    """Answer."""
    return {"status": "empty"}
