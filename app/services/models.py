"""Use cases of models: find, list, name, point aliases at, delete; weights and predictions have files of their own."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import refuse
from datasets import Preprocessing
from datasets.preprocessing.target import spoken
from store import Store
from store.database import rows
from store.database.tables import Job, Model, ModelAlias
from store.errors import InUse, NotFound
from store.models import aliases_of, give_version, meant, remove
from store.models import point as point_alias

View = dict[str, Any]
ALIAS = re.compile(r"[a-z][a-z0-9_-]{0,62}")


def find(store: Store, project_id: str, reference: str) -> View:
    """Show one model; raises NotFound and WrongKindOfId."""
    with store.database.reading() as session:
        return find_in(session, of(session, project_id, reference))


def row(store: Store, project_id: str, reference: str) -> Model:
    """Fetch one model's row."""
    with store.database.reading() as session:
        return of(session, project_id, reference)


def of(session: Session, project_id: str, reference: str) -> Model:
    """Fetch the model that an id, `name@alias` or `name@version` means."""
    return rows.find(session, Model, meant(session, project_id, reference), project_id)


def weights_digest(store: Store, project_id: str, reference: str) -> tuple[str, str]:
    """Name a model by its id, and the bytes of its weights; raises NotFound and WrongKindOfId."""
    model_id = id_of(store, project_id, reference)
    with store.database.glancing() as glance:
        found = rows.glimpse(glance, Model, ("weights_digest",), model_id, project_id)
        return model_id, str(found.told("weights_digest"))


def id_of(store: Store, project_id: str, reference: str) -> str:
    """Give the id of a model that may be named by alias or version."""
    if "@" not in reference:
        return reference
    with store.database.reading() as session:
        return meant(session, project_id, reference)


def page(store: Store, project_id: str, wanted: dict[str, Any], *, limit: int, after: str | None) -> rows.Page[View]:
    """List models, newest first, that have every wanted property."""
    with store.database.reading() as session:
        alias = wanted.pop("alias", None)
        conditions = [getattr(Model, name) == value for name, value in wanted.items()]
        if alias is not None:
            pointed = select(ModelAlias.model_id).where(ModelAlias.alias == alias, ModelAlias.project_id == project_id)
            conditions.append(Model.id.in_(pointed))
        found = rows.page(session, Model, project_id, limit=limit, after=after, filters=conditions)
        aliases = aliases_of(session, [model.id for model in found.rows])
        shown = [present(model, aliases.get(model.id, [])) for model in found.rows]
        return rows.Page(shown, found.has_more, found.next_cursor)


def change(store: Store, project_id: str, reference: str, changes: Mapping[str, Any]) -> View:
    """Change name, description or tags; another name gives the next version of that name.

    Refuses another name while an alias of the old one means this model.
    """
    with store.database.transaction() as session:
        model = of(session, project_id, reference)
        renamed = "name" in changes and changes["name"] != model.name
        if renamed:
            _refuse_alias(session, model)
        for name, value in changes.items():
            setattr(model, name, value)
        if renamed:
            give_version(session, model)
        session.flush()
        return find_in(session, model)


def point(store: Store, project_id: str, reference: str, alias: str) -> View:
    """Let an alias mean this model from now on; refuses models without a name, and words that are no alias."""
    if ALIAS.fullmatch(alias) is None:
        raise refuse(
            "model.bad_alias",
            f"`{alias[:60]}` is no alias.",
            found=alias[:60],
            expected="1 to 63 of a-z, 0-9, _ and -, the first a letter",
        )
    with store.database.transaction() as session:
        model = of(session, project_id, reference)
        if model.name is None:
            hint = 'Give it one: PATCH with {"name": "iris"}.'
            raise refuse("model.no_name", f"Model `{model.id}` has no name, so it has no aliases.", hint=hint)
        point_alias(session, model, alias)
        return find_in(session, model)


def take_alias(store: Store, project_id: str, reference: str, alias: str) -> None:
    """Let an alias mean nothing any more; raises NotFound where it did not mean this model."""
    with store.database.transaction() as session:
        model = of(session, project_id, reference)
        if not remove(session, model, alias):
            raise NotFound("model", f"{model.name}@{alias}")


def delete(store: Store, project_id: str, reference: str) -> None:
    """Forget a model, and its weights unless another model has the very same; refuses one that an alias means."""
    with store.database.transaction() as session:
        model = of(session, project_id, reference)
        _refuse_alias(session, model)
        session.execute(update(Job).where(Job.model_id == model.id).values(model_id=None))
        session.delete(model)
        session.flush()
        _drop_weights(store, session, model.weights_digest)


def _refuse_alias(session: Session, model: Model) -> None:
    if aliases := aliases_of(session, [model.id]).get(model.id):
        raise refuse(
            "model.has_alias",
            f"Model `{model.id}` is `{model.name}@{aliases[0]}`.",
            found=aliases,
            hint="Move the alias to another version first, or delete it.",
        )


def find_in(session: Session, model: Model) -> View:
    """Show a model that was found."""
    return present(model, aliases_of(session, [model.id]).get(model.id, []))


def present(model: Model, aliases: Sequence[str]) -> View:
    """Show a model; what a row to predict must hold is read from its preprocessing."""
    preprocessing = Preprocessing.from_json(model.preprocessing)
    target = preprocessing.target
    here = f"/v1/models/{model.id}"
    return {
        "id": model.id,
        "object": "model",
        "name": model.name,
        "version": model.version,
        "aliases": list(aliases),
        "description": model.description,
        "tags": model.tags,
        "job_id": model.job_id,
        "dataset_id": model.dataset_id,
        "parents": (model.origin or {}).get("parents", []),
        "task": model.task,
        "target": spoken(target),
        "classes": list(target.classes) or None,
        "features": [feature.column for feature in preprocessing.features],
        "parameters": model.parameters,
        "metrics": model.metrics,
        "weights": {"digest": f"sha256:{model.weights_digest}", "size_bytes": model.size_bytes},
        "created_at": model.created_at,
        "urls": {
            "self": here,
            "weights": f"{here}/weights",
            "predict": f"{here}/predict",
            "evaluations": f"{here}/evaluations",
            "spec": f"{here}/spec",
            "card": f"{here}/card",
            "job": f"/v1/jobs/{model.job_id}" if model.job_id else None,
            "dataset": f"/v1/datasets/{model.dataset_id}",
        },
    }


def _drop_weights(store: Store, session: Session, digest: str) -> None:
    try:
        store.blobs.delete(session, digest)
    except InUse:
        return  # equal training gives equal bytes, and another model refers to them
