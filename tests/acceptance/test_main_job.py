"""The main job over HTTP: upload, train, watch, download, predict, repeat."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule import Client, Job, load
from chainrule.errors import Conflict, JobFailed
from tests.acceptance.conftest import IRIS
from tests.observing import eventually

LONG = {"epochs": 1_000_000, "early_stopping": None}


def rows_of_iris() -> tuple[list[dict[str, float]], list[str]]:
    """Read the flowers, and what they are."""
    with IRIS.open(newline="") as file:
        table = list(csv.DictReader(file))
    truth = [row.pop("species") for row in table]
    return [{name: float(cell) for name, cell in row.items()} for row in table], truth


def weights_of(client: Client, job: Job, format_: str = "safetensors") -> bytes:
    """Download what a job learned."""
    path, params = f"/v1/models/{job.model_id}/weights", {"format": format_}
    content: bytes = client.transport.ask("GET", path, params=params).content
    return content


@pytest.fixture
def trained(client: Client, iris: str) -> Job:
    """Two fields are enough for a job."""
    return client.jobs.create(dataset_id=iris, target="species").wait(timeout=240)


def test_two_fields_are_enough_to_learn_iris(client: Client, trained: Job) -> None:
    """The promise of the first page: post a table and a target, get a network that knows the flowers."""
    rows, truth = rows_of_iris()

    answers = client.models.get(trained.model_id).predict(rows)

    right = sum(answer["label"] == true for answer, true in zip(answers, truth, strict=True))
    assert right >= 0.93 * len(truth)
    assert all(sum(answer["probabilities"].values()) == pytest.approx(1) for answer in answers)
    assert trained.raw["progress"]["fraction"] == 1.0


def test_the_history_is_there(client: Client, trained: Job) -> None:
    """One row for each epoch, under names, as far as the job ran; the loss went down."""
    history = client.jobs.metrics(trained.id)

    assert history["epoch"] == list(range(1, trained.raw["progress"]["epoch"] + 1))
    assert {"loss", "val_loss", "val_accuracy"} <= set(history)
    losses = [value for value in history["loss"] if value is not None]
    assert min(losses) < losses[0] / 2


def test_every_value_has_its_reason(client: Client, trained: Job) -> None:
    """What was left out was decided, and the decision is explained."""
    spec = client.jobs.spec(trained.id)

    provenance = spec["provenance"]
    assert provenance["/target"]["source"] == "given"
    assert provenance["/task"]["source"] == "inferred"
    assert all(entry["reason"] for entry in provenance.values() if entry["source"] == "inferred")
    assert '"auto"' not in str(spec["resolved"]).replace("'", '"')


def test_the_rows_can_be_looked_at(client: Client, iris: str) -> None:
    """What the service understood of the file is visible."""
    listed = client.transport.json("GET", f"/v1/datasets/{iris}/rows")

    rows, truth = rows_of_iris()
    assert listed["data"][0] == {**rows[0], "species": truth[0]}


def test_weights_work_without_the_service(client: Client, trained: Job, tmp_path: Path) -> None:
    """The downloaded file answers as the service does."""
    model, (rows, _) = client.models.get(trained.model_id), rows_of_iris()

    local = load(model.save(tmp_path / "iris.safetensors")).predict(rows)

    for ours, theirs in zip(local, model.predict(rows), strict=True):
        assert ours["label"] == theirs["label"]
        assert ours["probabilities"] == pytest.approx(theirs["probabilities"], abs=1e-5)


def test_a_checkpoint_answers_as_its_model_does(client: Client, trained: Job, tmp_path: Path) -> None:
    """The last one of a finished job is the model; downloaded or asked over HTTP."""
    (last, *_), (rows, _) = trained.checkpoints(), rows_of_iris()
    expected = client.models.get(trained.model_id).predict(rows)

    local = load(last.save_weights(tmp_path / "checkpoint.safetensors")).predict(rows)

    assert last.predict(rows) == expected
    assert [answer["label"] for answer in local] == [answer["label"] for answer in expected]


def test_both_formats_hold_the_same_arrays(client: Client, trained: Job, tmp_path: Path) -> None:
    """A format is a way to write the model down, not another model."""
    path = tmp_path / "model.safetensors"
    path.write_bytes(weights_of(client, trained))
    kept = load(path).arrays

    with np.load(io.BytesIO(weights_of(client, trained, "npz")), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files if name != "__metadata__"}

    assert arrays.keys() == kept.keys()
    assert all(np.array_equal(arrays[name], kept[name]) for name in kept)


def test_a_resolved_spec_repeats_the_weights(client: Client, trained: Job) -> None:
    """Byte for byte: the spec says everything that a result depends on."""
    resolved: dict[str, Any] = client.jobs.spec(trained.id)["resolved"]

    again = client.jobs.create(**resolved).wait(timeout=240)

    assert again.id != trained.id
    assert weights_of(client, again) == weights_of(client, trained)


def test_another_seed_gives_other_weights(client: Client, trained: Job, iris: str) -> None:
    """The test above would pass if every job had the same weights."""
    seed = trained.raw["seed"] + 1

    other = client.jobs.create(dataset_id=iris, target="species", training={"seed": seed}).wait(timeout=240)

    assert weights_of(client, other) != weights_of(client, trained)


def test_a_plan_starts_nothing(client: Client, iris: str) -> None:
    """Looking is free."""
    before = len(list(client.jobs.list()))

    plan = client.jobs.plan(dataset_id=iris, target="species")

    assert plan["resolved"]["task"] == "multiclass"
    assert len(list(client.jobs.list())) == before


def test_a_long_job_is_cancelled(client: Client, iris: str) -> None:
    """Within seconds, with its history kept, and the worker free for the next job."""
    job = client.jobs.create(dataset_id=iris, target="species", training=LONG)
    eventually(lambda: job.refresh().raw["progress"]["epoch"] > 0)

    job.cancel()

    eventually(lambda: job.refresh().status == "cancelled")
    with pytest.raises(JobFailed, match="cancelled"):
        job.wait(timeout=240)
    with pytest.raises(Conflict):
        job.cancel()
    assert client.jobs.metrics(job.id)["epoch"]
    client.jobs.create(dataset_id=iris, target="species").wait(timeout=120)


def test_the_same_bytes_are_the_same_dataset(client: Client, iris: str) -> None:
    """Who uploads twice has one dataset."""
    assert client.datasets.upload(IRIS.read_bytes(), name="again.csv").id == iris


@pytest.mark.parametrize(
    ("target", "task"),
    [("petal_width", "regression"), ("is_setosa", "binary")],
)
def test_other_tasks_are_learned(target: str, task: str, client: Client, tmp_path: Path) -> None:
    """A number and a yes or no, with a category and missing cells among the features."""
    rows, truth = rows_of_iris()
    table = [
        {**row, "is_setosa": "yes" if name == "setosa" else "no", "colour": ("red", "blue", "")[i % 3]}
        for i, (row, name) in enumerate(zip(rows, truth, strict=True))
    ]
    dataset = client.datasets.upload(csv_of(table), name=f"{task}.csv")

    job = client.jobs.create(dataset_id=dataset.id, target=target).wait(timeout=240)

    asked = [{**{k: v for k, v in row.items() if k != target}, "colour": row["colour"] or None} for row in table[:20]]
    model = client.models.get(job.model_id)
    answers, local = model.predict(asked), load(model.save(tmp_path / "model.safetensors")).predict(asked)
    assert client.jobs.spec(job.id)["resolved"]["task"] == task
    for answer, same in zip(answers, local, strict=True):
        assert flat(same) == pytest.approx(flat(answer), abs=1e-4)


def flat(answer: dict[str, Any]) -> dict[str, float]:
    """Take the numbers of an answer."""
    return answer.get("probabilities") or {"value": answer["value"]}


def csv_of(table: list[dict[str, Any]]) -> bytes:
    """Write a table."""
    text = io.StringIO()
    writer = csv.DictWriter(text, table[0].keys())
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue().encode()
