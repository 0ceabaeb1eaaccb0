"""Names of models: versions that are counted, aliases that move, and what a reference means."""

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.database.tables import Job, Model, ModelAlias, ModelName
from store.errors import NotFound

REFERENCE = re.compile(r"(?P<name>.+)@(?P<alias>[^@]+)", re.DOTALL)


def give_version(session: Session, model: Model) -> None:
    """Number a model under its name, which is kept busy until the transaction ends; none without a name."""
    if model.name is None:
        model.version = None
        return
    row = _locked(session, model.project_id, model.name)
    row.last_version += 1
    model.version = row.last_version


def _locked(session: Session, project_id: str, name: str) -> ModelName:
    key = (project_id, name)
    if (row := session.get(ModelName, key, with_for_update=True)) is not None:
        return row
    try:
        with session.begin_nested():
            session.add(ModelName(project_id=project_id, name=name, last_version=0))
    except IntegrityError:  # another transaction was first
        pass
    return session.get_one(ModelName, key, with_for_update=True, populate_existing=True)


def point(session: Session, model: Model, alias: str) -> None:
    """Let an alias of the model's name mean this version, wherever it pointed before."""
    key = (model.project_id, str(model.name), alias)
    _locked(session, *key[:2])
    row = session.get(ModelAlias, key)
    if row is None:
        session.add(ModelAlias(project_id=key[0], name=key[1], alias=alias, model_id=model.id))
    else:
        row.model_id = model.id
    session.flush()


def remove(session: Session, model: Model, alias: str) -> bool:
    """Take an alias from a model; tell whether it had it."""
    row = session.get(ModelAlias, (model.project_id, str(model.name), alias))
    if row is None or row.model_id != model.id:
        return False
    session.delete(row)
    return True


def aliases_of(session: Session, model_ids: list[str]) -> dict[str, list[str]]:
    """List the aliases of models, by their ids."""
    found: dict[str, list[str]] = {}
    rows = select(ModelAlias.model_id, ModelAlias.alias).where(ModelAlias.model_id.in_(model_ids))
    for model_id, alias in session.execute(rows.order_by(ModelAlias.alias)):
        found.setdefault(model_id, []).append(alias)
    return found


def meant(session: Session, project_id: str, reference: str) -> str:
    """Find the id of the model that `name@alias` or `name@version` means; anything else is an id, and given back."""
    if (parts := REFERENCE.fullmatch(reference)) is None:
        return reference
    name, alias = parts["name"], parts["alias"]
    if alias.isdecimal() and len(alias) < 10:
        mine = (Model.project_id == project_id, Model.name == name, Model.version == int(alias))
        found = session.scalar(select(Model.id).where(*mine))
    else:
        key = (project_id, name, alias)
        found = session.scalar(select(ModelAlias.model_id).where(_is(ModelAlias, key)))
    if found is None:
        raise NotFound("model", reference)
    return found


def _is(table: type[ModelAlias], key: tuple[str, str, str]) -> Any:
    return (table.project_id == key[0]) & (table.name == key[1]) & (table.alias == key[2])


def parents_of(job: Job) -> list[dict[str, Any]]:
    """Tell what a job's model comes from: a job that it repeats or goes on from, weights that it starts with."""
    found = []
    if job.origin is not None:
        how = {"retry": "retried", "continue": "continued"}[job.origin["how"]]
        found.append({"relation": how, "id": job.origin["job_id"], "checkpoint_id": job.origin["checkpoint_id"]})
    start = job.resolved.get("training", {}).get("init_from")
    if start is not None:
        found.append({"relation": "started_from", "id": start, "checkpoint_id": None})
    return found
