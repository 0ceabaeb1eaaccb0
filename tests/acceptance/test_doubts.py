"""Doubts over HTTP: an index, counts, a leak, rows without a key and single odd values are told where they matter."""

import json
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest
from click.testing import CliRunner

from chainrule import Client, load
from chainrule.command import chainrule
from tests.acceptance.conftest import RunningService

RANDOM = np.random.Generator(np.random.PCG64(11))
SPECIES = ("Adelie", "Chinstrap", "Gentoo")
CENTRES = np.array([[38.8, 18.3, 190.0, 3700.0], [48.8, 18.4, 196.0, 3730.0], [47.5, 15.0, 217.0, 5080.0]])
SPREADS = np.array([1.6, 0.7, 5.0, 280.0])
QUICK = {"epochs": 60, "seed": 7}


def penguins(rows: int) -> list[tuple[Any, ...]]:
    """Measure made-up penguins, sorted by species as the published table is."""
    kinds = np.sort(RANDOM.integers(3, size=rows))
    measured = RANDOM.normal(CENTRES[kinds], SPREADS).round(1)
    return [(*cells, SPECIES[kind]) for cells, kind in zip(measured.tolist(), kinds, strict=True)]


def planned(service: RunningService, body: dict[str, Any]) -> dict[str, Any]:
    """Ask for the plan of a job."""
    response = httpx.post(f"{service.url}/v1/jobs?dry_run=true", json=body, timeout=60)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def codes(warnings: list[Any]) -> dict[str, str | None]:
    """Return the codes of warnings, each with its column."""
    return {warning["code"]: warning.get("column") for warning in warnings}


def test_the_index_of_a_sample_is_not_learned_from(client: Client, tmp_path: Path) -> None:
    """`sample` and `to_csv` leave an index that tells the species; rows that were counted on would all be the last."""
    table = penguins(300)
    order = RANDOM.permutation(len(table)).tolist()
    seen, new = sorted(order[:200]), order[200:]
    header = ",bill_length,bill_depth,flipper,mass,species\n"
    text = header + "".join(",".join(map(str, (row, *table[row]))) + "\n" for row in RANDOM.permutation(seen).tolist())

    dataset = client.datasets.upload(text.encode(), name="sample.csv")
    job = client.jobs.create(dataset_id=dataset.id, target="species", training=QUICK).wait(timeout=120)
    names = ("column_1", "bill_length", "bill_depth", "flipper", "mass")
    rows = [dict(zip(names, (300 + place, *table[row][:4]), strict=True)) for place, row in enumerate(new)]
    answers = job.model.predict(rows)
    own = load(job.model.save(tmp_path / "model.safetensors")).predict(rows)

    assert codes(dataset.raw["warnings"])["data.id_column"] == "column_1"
    assert any("`column_1`" in warning["message"] for warning in job.raw["warnings"])
    right = [table[row][4] for row in new]
    assert np.mean([answer["label"] == label for answer, label in zip(answers, right, strict=True)]) >= 0.95
    assert [answer["label"] for answer in own] == [answer["label"] for answer in answers]


def test_an_index_is_learned_from_where_it_is_asked_for(service: RunningService, client: Client) -> None:
    """What looks like an index may be a year, or the order of a process."""
    text = ",noise,kind\n" + "".join(f"{5 * row + 3},{row * 4 % 11},{'ab'[row // 60]}\n" for row in range(120))
    dataset = client.datasets.upload(text.encode(), name="index_sampled.csv")
    body = {"dataset_id": dataset.id, "target": "kind"}

    by_itself = planned(service, body)["resolved"]["features"]
    asked = planned(service, {**body, "features": {"columns": ["column_1", "noise"]}})["resolved"]["features"]

    (warning,) = [each for each in dataset.raw["warnings"] if each["code"] == "data.id_column"]
    httpx.patch(f"{service.url}/v1/datasets/{dataset.id}", json=warning["patch"], timeout=60).raise_for_status()
    told = planned(service, body)["resolved"]["features"]

    assert (by_itself["include"], by_itself["exclude"]) == (["noise"], ["column_1"])
    assert asked["include"] == told["include"] == ["column_1", "noise"]


def test_counts_could_be_classes_or_amounts(service: RunningService, client: Client) -> None:
    """Both readings train; which one was taken is said, with the patch for the other."""
    text = "a,bikes\n" + "".join(f"{row % 50},{row % 50 // 4}\n" for row in range(500))
    dataset = client.datasets.upload(text.encode(), name="counts.csv")
    body = {"dataset_id": dataset.id, "target": "bikes"}

    plan = planned(service, body)
    job = client.jobs.create(**body, training={"epochs": 2})
    (unclear,) = [warning for warning in plan["warnings"] if warning["code"] == "spec.task_unclear"]
    patched = planned(service, {**body, **unclear["patch"]})

    assert plan["resolved"]["task"] == "multiclass"
    assert "spec.task_unclear" in codes(job.raw["warnings"])
    assert patched["resolved"]["task"] == "regression"
    assert "spec.task_unclear" not in codes(patched["warnings"])


def test_a_leak_is_told_with_the_upload_and_with_the_job(service: RunningService, client: Client) -> None:
    """Any column can turn out to be the target; the patch leaves the other one out."""
    text = "code,noise,churn\n" + "".join(
        f"{'X9' if row % 3 else 'Q1'},{row * 4 % 11},{'yes' if row % 3 else 'no'}\n" for row in range(120)
    )
    dataset = client.datasets.upload(text.encode(), name="leak.csv")
    body = {"dataset_id": dataset.id, "target": "churn"}

    plan = planned(service, body)
    job = client.jobs.create(**body, training={"epochs": 2})
    turned = planned(service, {**body, "target": "code"})
    (leak,) = [warning for warning in plan["warnings"] if warning["code"] == "data.leaking_column"]
    patched = planned(service, {**body, **leak["patch"]})

    assert codes(dataset.raw["warnings"])["data.leaking_column"] == "code"
    assert codes(job.raw["warnings"])["data.leaking_column"] == "code"
    assert codes(turned["warnings"])["data.leaking_column"] == "churn"
    assert patched["resolved"]["features"]["include"] == ["noise"]
    assert "data.leaking_column" not in codes(patched["warnings"])


def test_a_row_without_a_key_trains_and_predicts_by_one_rule(client: Client, tmp_path: Path) -> None:
    """A key that is not there is a missing value: in the file, in a request, and in the client's own predictor."""
    lines = [{"a": row, **({"b": 2 * row} if row % 2 else {}), "y": "pq"[row % 2]} for row in range(40)]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    dataset = client.datasets.upload(text.encode(), name="sparse.jsonl")
    model = client.jobs.create(dataset_id=dataset.id, target="y", training=QUICK).wait(timeout=120).model
    own = load(model.save(tmp_path / "model.safetensors"))
    rows = [{"a": 3, "b": None}, {"a": 3, "b": 6}, {"a": 30, "b": None}]

    labels = [answer["label"] for answer in model.predict(rows)]

    assert labels == ["p", "q", "p"]
    assert [answer["label"] for answer in own.predict(rows)] == labels


def test_warnings_of_the_upload_come_again_with_the_job(service: RunningService, client: Client) -> None:
    """Those about columns that it uses, with the place in the file; not those about others."""
    rows = [[str(row * 7 % 13), str(row * 5 % 11), "ab"[row % 2], "small"] for row in range(40)]
    rows[10][0] = "1e300"
    rows[12][2], rows[13][3] = "A", "Small"
    text = "x,z,kind,size\n" + "".join(",".join(row) + "\n" for row in rows)
    dataset = client.datasets.upload(text.encode(), name="odd.csv")
    body = {"dataset_id": dataset.id, "target": "kind"}

    everything = planned(service, body)["warnings"]
    some = planned(service, {**body, "features": {"exclude": ["x", "size"]}})["warnings"]

    (far,) = [warning for warning in everything if warning["code"] == "data.far_value"]
    assert (far["column"], far["position"]["line"], far["position"]["row"]) == ("x", 12, 11)
    assert [w["column"] for w in everything if w["code"] == "data.similar_labels"] == ["kind", "size"]
    assert [w["column"] for w in some if w["code"] == "data.similar_labels"] == ["kind"]
    assert "data.far_value" not in codes(some)


def test_a_class_is_weighed_by_its_label_as_it_is_shown(service: RunningService, client: Client) -> None:
    """Numbers, and labels in another case, as answers and other tools write them; also where there are many."""
    text = "x,churn,city,grade\n" + "".join(
        f"{row % 7},{'Yes' if row % 3 else 'No'},c{row % 30},{row % 3}.0\n" for row in range(240)
    )
    dataset = client.datasets.upload(text.encode(), name="weights.csv")

    def weights(target: str, given: dict[str, float]) -> dict[str, float]:
        body = {"dataset_id": dataset.id, "target": target, "training": {"class_weight": given}}
        told: dict[str, float] = planned(service, body)["resolved"]["training"]["class_weight"]
        return told

    assert weights("churn", {"yes": 3}) == weights("churn", {"Yes": 3}) == {"No": 1, "Yes": 3}
    assert weights("grade", {"2.0": 3}) == weights("grade", {"2": 3}) == {"0": 1, "1": 1, "2": 3}
    assert weights("city", {"c29": 3})["c29"] == 3
    assert len(weights("city", {"c29": 3})) == 30


@pytest.mark.parametrize("share", [None, 0])
def test_four_rows_train_on_three_with_a_word_or_on_all(client: Client, share: float | None) -> None:
    """Exclusive or needs all four rows; by default one is held out, and that is said."""
    dataset = client.datasets.upload(b"a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n", name="xor.csv")
    split = {} if share is None else {"split": {"validation_share": share}}
    training = {"epochs": 400, "seed": 3, "batch_size": 2, "learning_rate": 0.02, "early_stopping": None}
    network = {"hidden": [16], "activation": "tanh"}

    job = client.jobs.create(dataset_id=dataset.id, target="y", training=training, network=network, **split)
    model = job.wait(timeout=120).model
    answers = model.predict([{"a": a, "b": b} for a, b in ((0, 0), (0, 1), (1, 0), (1, 1))])

    assert ("data.few_rows" in codes(job.raw["warnings"])) == (share is None)
    if share == 0:
        assert [answer["label"] for answer in answers] == [0, 1, 1, 0]
        assert set(model.raw["metrics"]) >= {"loss", "accuracy"}


def test_nothing_held_out_can_stop_early_by_what_is_trained_on(service: RunningService, client: Client) -> None:
    """The default rule watches the training loss then; a value of held-out rows is refused with a way out."""
    dataset = client.datasets.upload(b"a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n", name="xor.csv")
    body = {"dataset_id": dataset.id, "target": "y", "split": {"validation_share": 0}}

    rule = planned(service, body)["resolved"]["training"]["early_stopping"]
    refused = httpx.post(
        f"{service.url}/v1/jobs",
        json={**body, "training": {"early_stopping": {"metric": "val_accuracy"}}},
        timeout=60,
    )

    assert (rule["metric"], rule["direction"]) == ("loss", "min")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["patch"] == {"training": {"early_stopping": {"metric": "loss"}}}
    assert client.jobs.create(**body, training={"epochs": 3}).wait(timeout=120).status == "succeeded"


def test_the_command_says_what_was_noticed(service: RunningService, tmp_path: Path) -> None:
    """On standard error: scripts read the id from standard output."""
    file = tmp_path / "labels.csv"
    file.write_text("x,label\n" + "".join(f"{row % 7},{'>50K' if row % 2 else '>50K.'}\n" for row in range(30)))

    uploaded = CliRunner().invoke(chainrule, ["--url", service.url, "upload", str(file)])
    body = json.dumps({"dataset_id": uploaded.stdout.strip(), "target": "label", "training": {"epochs": 1}})
    trained = CliRunner().invoke(chainrule, ["--url", service.url, "train", "-"], input=body)

    for result in (uploaded, trained):
        assert result.exit_code == 0
        assert len(result.stdout.split()) == 1
        assert "warning: `label` holds labels that differ" in result.stderr
