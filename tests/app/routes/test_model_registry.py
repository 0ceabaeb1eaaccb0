"""Models as things of their own: versions, aliases, what they came from, and what stays of them."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.schemas.models import ModelSchema
from store import Store
from tests.app import runs
from tests.app.routes.test_models import make_model

Body = dict[str, Any]


@pytest.fixture
def dataset_id(sqlite_store: Store, tmp_path: Path) -> str:
    """Store a small iris."""
    return runs.add_dataset(sqlite_store, tmp_path)


def named(client: FlaskClient, store: Store, dataset_id: str, name: str = "iris", *, seed: int = 1) -> Body:
    """Make a model, and give it a name."""
    model_id = make_model(store, dataset_id, seed=seed)
    return dict(client.patch(f"/v1/models/{model_id}", json={"name": name}).json)


def test_models_of_a_name_are_its_versions(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """Numbered in the order in which they came; a number is not given twice."""
    first, second = (named(client, sqlite_store, dataset_id, seed=seed) for seed in (1, 2))
    client.delete(second["urls"]["self"])
    third = named(client, sqlite_store, dataset_id, seed=3)

    assert [each["version"] for each in (first, second, third)] == [1, 2, 3]
    assert client.get("/v1/models/iris@3").json["id"] == third["id"]
    assert client.get("/v1/models/iris@2").json["code"] == "not_found.model"
    assert [each["version"] for each in client.get("/v1/models?name=iris").json["data"]] == [3, 1]


def test_an_alias_moves_in_one_call(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """It means one version at a time, and stands wherever an id does."""
    first, second = (named(client, sqlite_store, dataset_id, seed=seed) for seed in (1, 2))

    set_ = client.put(f"{first['urls']['self']}/aliases/production").json
    moved = client.put(f"{second['urls']['self']}/aliases/production").json

    assert (set_["aliases"], moved["aliases"]) == (["production"], ["production"])
    assert client.get(first["urls"]["self"]).json["aliases"] == []
    assert client.get("/v1/models/iris@production").json["id"] == second["id"]
    assert [each["id"] for each in client.get("/v1/models?alias=production").json["data"]] == [second["id"]]
    assert client.get("/v1/models/iris@production/evaluations").json["data"] == []


def test_a_model_in_production_is_not_deleted_by_mistake(
    client: FlaskClient, sqlite_store: Store, dataset_id: str
) -> None:
    """Nor renamed; both work once the alias is gone."""
    model = named(client, sqlite_store, dataset_id)
    alias = f"{model['urls']['self']}/aliases/production"
    client.put(alias)

    refused = [client.delete(model["urls"]["self"]), client.patch(model["urls"]["self"], json={"name": "other"})]
    gone = client.delete(alias)
    again = client.delete(alias)

    assert [each.json["code"] for each in refused] == ["model.has_alias"] * 2
    assert "iris@production" in refused[0].json["detail"]
    assert (gone.status_code, again.status_code) == (204, 404)
    assert client.patch(model["urls"]["self"], json={"name": "other"}).json["version"] == 1
    assert client.delete(model["urls"]["self"]).status_code == 204


@pytest.mark.parametrize(
    ("name", "alias", "code"),
    [
        (None, "production", "model.no_name"),
        ("iris", "Production", "model.bad_alias"),
        ("iris", "7", "model.bad_alias"),
    ],
)
def test_words_that_are_no_alias_are_refused(
    client: FlaskClient, sqlite_store: Store, dataset_id: str, name: str | None, alias: str, code: str
) -> None:
    """A number means a version, and a model without a name has none."""
    model_id = make_model(sqlite_store, dataset_id)
    client.patch(f"/v1/models/{model_id}", json={"name": name})

    answer = client.put(f"/v1/models/{model_id}/aliases/{alias}")

    assert answer.json["code"] == code


def test_description_and_tags_are_kept(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """What is not named stays; null takes away."""
    model = named(client, sqlite_store, dataset_id)

    told = client.patch(model["urls"]["self"], json={"description": "Three irises.\nBy leaf.", "tags": ["demo"]}).json
    without = client.patch(model["urls"]["self"], json={"description": None}).json
    odd = client.patch(model["urls"]["self"], json={"tags": ["a\nb"], "colour": "red"}).json

    ModelSchema().load(told)
    assert (told["description"], told["tags"], told["name"]) == ("Three irises.\nBy leaf.", ["demo"], "iris")
    assert (without["description"], without["tags"]) == (None, ["demo"])
    assert {error["code"] for error in odd["errors"]} == {"request.unknown_field", "request.invalid_value"}
