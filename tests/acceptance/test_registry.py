"""A model in production: versions, an alias that moves under load, and what stays when its job is deleted."""

import threading
from functools import partial
from pathlib import Path
from typing import Any

import httpx2 as httpx

from app.schemas.models import ModelCardSchema, ModelSpecSchema
from chainrule import Client
from tests.acceptance.conftest import RunningService
from tests.observing import eventually

Body = dict[str, Any]
IRIS = Path(__file__).parents[2] / "examples" / "data" / "iris.csv"


def answered(seen: list[tuple[int, Body]], before: int) -> bool:
    """Tell whether more was answered than before."""
    return len(seen) > before


def train(client: Client, dataset_id: str, **training: Any) -> Any:
    """Train for a moment under the name of the story."""
    body = {"dataset_id": dataset_id, "target": "species", "name": "story", "training": {"epochs": 5, **training}}
    return client.jobs.create(**body).wait(timeout=60)


def test_the_story_of_a_model_in_production(service: RunningService, client: Client) -> None:
    """Three versions; the alias moves while predictions run, of which none fails and none mixes; the job is deleted."""
    row = {"sepal_length": 6.1, "sepal_width": 2.9, "petal_length": 4.7, "petal_width": 1.4}
    with httpx.Client(base_url=service.url) as http:
        dataset = client.datasets.upload(IRIS)
        jobs = [train(client, dataset.id, seed=1), train(client, dataset.id, seed=2)]
        jobs.append(train(client, dataset.id, init_from=jobs[1].model_id))
        models = [job.model_id for job in jobs]
        own = {each: client.models.predict(each, [row]) for each in models}
        http.put(f"/v1/models/{models[0]}/aliases/production").raise_for_status()
        seen: list[tuple[int, Body]] = []
        ended = threading.Event()

        def ask() -> None:
            with httpx.Client(base_url=service.url) as mine:
                while not ended.is_set():
                    answer = mine.post("/v1/models/story@production/predict", json={"rows": [row]})
                    seen.append((answer.status_code, answer.json()))

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for model_id in models[1:] * 5:
            http.put(f"/v1/models/{model_id}/aliases/production").raise_for_status()
            eventually(partial(answered, seen, len(seen)), seconds=30)
        ended.set()
        for thread in threads:
            thread.join()
        before = {part: http.get(f"/v1/models/story@3{part}").json() for part in ("/spec", "/card", "")}
        http.delete(f"/v1/jobs/{jobs[2].id}").raise_for_status()
        after = {part: http.get(f"/v1/models/story@3{part}").json() for part in before}

    assert {status for status, _ in seen} == {200}
    assert all(answer["predictions"] == own[answer["model_id"]] for _, answer in seen)
    assert len({answer["model_id"] for _, answer in seen}) > 1
    ModelSpecSchema().load(after["/spec"])
    ModelCardSchema().load(after["/card"])
    assert after["/spec"] == before["/spec"]
    assert after["/card"] == before["/card"]
    assert after["/spec"]["given"]["target"] == "species"
    assert after["/card"]["split"]["training"] == 120
    assert after["/card"]["trained_by"] == jobs[2].id
    assert after["/card"]["evaluation"]["metrics"]["accuracy"] > 0.3
    assert after["/card"]["parents"] == [{"relation": "started_from", "id": models[1], "checkpoint_id": None}]
    assert (after[""]["version"], after[""]["job_id"], after[""]["metrics"]) == (3, None, before[""]["metrics"])
