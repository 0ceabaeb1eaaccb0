"""Projects: what belongs to one is nothing to the others."""

from flask import Flask

from store import Store, api_keys
from store.database.tables import DEFAULT_PROJECT, Project


def test_projects_do_not_see_each_other(app: Flask, sqlite_store: Store, iris: bytes) -> None:
    """Another project's dataset is answered exactly like one that does not exist."""
    with sqlite_store.database.transaction() as session:
        session.add(Project(id="prj_other", name="other"))
        session.flush()
        mine = {"Authorization": f"Bearer {api_keys.create(session, name='a', project_id=DEFAULT_PROJECT)[1]}"}
        other = {"Authorization": f"Bearer {api_keys.create(session, name='b', project_id='prj_other')[1]}"}
    client = app.test_client()
    dataset = client.post("/v1/datasets", data=iris, content_type="text/csv", headers=mine).json["id"]
    nobodys = "ds_01jd8q0v2m4x6z8b0c2e4g6j8k"

    for method, tail in (("GET", ""), ("GET", "/rows"), ("GET", "/content"), ("DELETE", ""), ("PATCH", "")):
        body = {"name": "x"} if method == "PATCH" else None
        foreign, unknown = (
            client.open(f"/v1/datasets/{one}{tail}", method=method, json=body, headers=other)
            for one in (dataset, nobodys)
        )
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.json["errors"][0]["message"].replace(dataset, nobodys) == unknown.json["errors"][0]["message"]

    assert client.get("/v1/datasets", headers=other).json["data"] == []
    assert client.get(f"/v1/datasets/{dataset}", headers=mine).json["name"] == "untitled"


def test_the_same_bytes_are_two_datasets_in_two_projects(app: Flask, sqlite_store: Store, iris: bytes) -> None:
    """Bytes are shared below, never seen across; deleting one leaves the other whole."""
    with sqlite_store.database.transaction() as session:
        session.add(Project(id="prj_other", name="other"))
        session.flush()
        heads = [
            {"Authorization": f"Bearer {api_keys.create(session, name=project, project_id=project)[1]}"}
            for project in (DEFAULT_PROJECT, "prj_other")
        ]
    client = app.test_client()
    first, second = (client.post("/v1/datasets", data=iris, content_type="text/csv", headers=head) for head in heads)

    assert first.status_code == second.status_code == 201
    assert client.delete(first.headers["Location"], headers=heads[0]).status_code == 204
    assert client.get(second.headers["Location"] + "/content", headers=heads[1]).data == iris
