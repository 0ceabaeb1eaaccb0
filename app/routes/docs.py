"""Pages for people: the interface to try out, and every error code explained."""

from flask import Blueprint, redirect, render_template, request
from werkzeug import Response

from app.catalogue import CATALOGUE
from app.errors import refuse
from app.http.api import Api
from app.openapi import example


def docs(api: Api) -> Blueprint:
    """Make the pages about this interface."""
    pages = Blueprint("docs", __name__)

    @pages.get("/")
    def start() -> Response:
        """Lead to the documentation."""
        return redirect("/docs")

    @pages.get("/docs")
    def interface() -> str:
        """Show every operation, ready to be tried."""
        return render_template("docs.html", title=api.spec.title)

    @pages.get("/docs/errors")
    def errors() -> str:
        """List every error code."""
        return render_template("errors.html", entries=sorted(CATALOGUE.values(), key=lambda entry: entry.code))

    @pages.get("/docs/errors/<code>")
    def error(code: str) -> str | dict[str, object]:
        """Explain one error code; as JSON for who asks for that."""
        entry = CATALOGUE.get(code)
        if entry is None:
            raise refuse("not_found.path", f"There is no error code `{code[:60]}`.", hint="`/docs/errors` lists them.")
        if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
            status = int(entry.status) if entry.status else None
            told = {"code": code, "status": status, "title": entry.title, "explanation": entry.explanation}
            return {**told, "fix": entry.fix, "example": example(code)}
        return render_template("error.html", entry=entry, example=example(code) if entry.status else None)

    return pages
