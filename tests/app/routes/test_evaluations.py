"""Evaluations: the figures of a model on any rows, with intervals, beside simple models, and kept."""

from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from marshmallow import RAISE
from sklearn import metrics as reference

from app.schemas.evaluations import EvaluationBriefSchema, EvaluationSchema
from app.schemas.shared import page_of
from store import Store, ids
from worker.process.shared_memory import SharedMemory
from worker.work_queue import run_waiting_jobs

Body = dict[str, Any]


def upload(client: FlaskClient, table: bytes | str) -> Body:
    """Store a table."""
    content = table.encode() if isinstance(table, str) else table
    return dict(client.post("/v1/datasets", data=content, content_type="text/csv").json)


def train(client: FlaskClient, store: Store, table: bytes | str, **body: Any) -> Body:
    """Upload, train with a real worker's code, and give the model."""
    body = {"dataset_id": upload(client, table)["id"], "training": {"epochs": 30, "seed": 3}, **body}
    job_id = client.post("/v1/jobs", json=body).json["id"]
    run_waiting_jobs(store, ids.new("worker"), SharedMemory())
    job = client.get(f"/v1/jobs/{job_id}").json
    assert job["status"] == "succeeded", job
    return dict(client.get(f"/v1/models/{job['model_id']}").json)


def evaluate(client: FlaskClient, model: Body, **body: Any) -> Any:
    """Ask for an evaluation."""
    return client.post(model["urls"]["evaluations"], json=body)


@pytest.fixture
def model(client: FlaskClient, sqlite_store: Store, iris: bytes) -> Body:
    """Train on Fisher's iris."""
    return train(client, sqlite_store, iris, target="species")


def answers(client: FlaskClient, model: Body) -> list[Body]:
    """Give the held-out rows with truth and answer."""
    return list(client.get(f"{model['urls']['job']}/predictions").json["data"])


def test_validation_rows_give_what_the_training_measured(client: FlaskClient, model: Body) -> None:
    """The split is made once more: the same rows, the same accuracy, and a loss that is equal."""
    made = evaluate(client, model, rows="validation")

    EvaluationSchema(unknown=RAISE).load(made.json)
    assert made.status_code == 201
    assert made.headers["Location"] == made.json["urls"]["self"]
    assert (made.json["rows"], made.json["row_count"], made.json["drawn_from"]) == ("validation", 30, 30)
    assert made.json["dataset_id"] == model["dataset_id"]
    assert made.json["metrics"]["accuracy"] == pytest.approx(model["metrics"]["val_accuracy"], abs=1e-7)
    assert made.json["metrics"]["log_loss"] == pytest.approx(model["metrics"]["val_loss"], rel=1e-4)


def test_figures_are_those_of_scikit_learn_on_the_same_answers(client: FlaskClient, model: Body) -> None:
    """What is listed as held-out answers is what was judged."""
    listed = answers(client, model)
    made = evaluate(client, model, rows="validation").json

    labels = model["classes"]
    true = [row["truth"] for row in listed]
    answered = [row["prediction"]["label"] for row in listed]
    shares = np.array([[row["prediction"]["probabilities"][label] for label in labels] for row in listed])
    by_class = reference.precision_recall_fscore_support(true, answered, labels=labels, zero_division=0)
    wanted = np.array(by_class).T
    got = [[each[name] for name in ("precision", "recall", "f1", "support")] for each in made["classes"]]
    assert [each["label"] for each in made["classes"]] == labels
    assert np.array(got) == pytest.approx(wanted, rel=1e-9)
    assert made["confusion_matrix"] == {
        "labels": labels,
        "counts": reference.confusion_matrix(true, answered, labels=labels).tolist(),
    }
    assert made["metrics"]["accuracy"] == pytest.approx(reference.accuracy_score(true, answered), rel=1e-9)
    for place, label in enumerate(labels):
        positive = [each == label for each in true]
        area = reference.roc_auc_score(positive, shares[:, place])
        assert made["classes"][place]["roc_auc"] == pytest.approx(area, rel=1e-9)
        assert made["curves"][place]["roc"]["area"] == pytest.approx(area, rel=1e-9)
        assert made["classes"][place]["pr_auc"] == pytest.approx(
            reference.average_precision_score(positive, shares[:, place]), rel=1e-9
        )


def test_figures_stand_in_their_intervals_and_are_the_same_for_a_seed(client: FlaskClient, model: Body) -> None:
    """Asked twice, answered the same; another seed draws other rows."""
    first, again, other = (evaluate(client, model, rows="validation", seed=seed).json for seed in (1, 1, 2))

    for name, interval in first["intervals"]["metrics"].items():
        assert interval["low"] <= first["metrics"][name] <= interval["high"]
    assert first["intervals"] == again["intervals"] != other["intervals"]
    assert first["importance"] == again["importance"]
    assert first["id"] != again["id"]


def test_another_dataset_is_judged_with_columns_that_the_model_ignores(client: FlaskClient, model: Body) -> None:
    """Rows without an answer are left out, further columns do no harm, and absent classes have no areas."""
    table = "note,petal_width,petal_length,sepal_width,sepal_length,species\n" + "".join(
        f"x{n},0.2,1.{n},3.5,5.{n},{'setosa' if n else ''}\n" for n in range(8)
    )

    made = evaluate(client, model, dataset_id=upload(client, table)["id"]).json

    by_label = {each["label"]: each for each in made["classes"]}
    assert (made["rows"], made["row_count"], made["metrics"]["accuracy"]) == ("all", 7, 1)
    assert (by_label["setosa"]["support"], by_label["virginica"]["support"]) == (7, 0)
    assert by_label["virginica"]["roc_auc"] is None
    assert by_label["virginica"]["pr_auc"] is None


def test_one_row_is_enough(client: FlaskClient, model: Body) -> None:
    """Its intervals have no width, and no figure is more than a number or null."""
    table = "sepal_length,sepal_width,petal_length,petal_width,species\n5.1,3.5,1.4,0.2,setosa\n"

    made = evaluate(client, model, dataset_id=upload(client, table)["id"])

    assert made.status_code == 201
    assert made.json["row_count"] == 1
    assert made.json["intervals"]["metrics"]["accuracy"] == {"low": 1.0, "high": 1.0}


def test_who_judges_on_the_rows_of_the_training_is_warned(client: FlaskClient, model: Body) -> None:
    """It has seen them; the warning names what to ask instead."""
    made = evaluate(client, model, dataset_id=model["dataset_id"]).json

    assert made["row_count"] == 150
    assert made["warnings"][0]["code"] == "evaluation.rows_seen"
    assert '"rows": "validation"' in made["warnings"][0]["message"]


def test_simple_models_stand_beside_the_network(client: FlaskClient, model: Body) -> None:
    """They learned from the rows that it learned from; the linear one is good at iris."""
    simple = {each["name"]: each for each in evaluate(client, model, rows="validation").json["baselines"]}

    assert set(simple) == {"majority_class", "logistic_regression"}
    assert {each["training_rows"] for each in simple.values()} == {120}
    assert simple["majority_class"]["metrics"]["accuracy"] == pytest.approx(1 / 3)
    assert simple["logistic_regression"]["metrics"]["accuracy"] > 0.9


def test_a_network_that_learned_nothing_is_told_so(client: FlaskClient, sqlite_store: Store) -> None:
    """Nine of ten rows say no: 0.9 is no merit, and the warning says whose it is as well."""
    rng = np.random.default_rng(1)
    rows = "".join(f"{x:.3f},{'yes' if n % 10 == 0 else 'no'}\n" for n, x in enumerate(rng.random(200)))
    model = train(client, sqlite_store, "x,ill\n" + rows, target="ill")

    made = evaluate(client, model, rows="validation").json

    assert made["metrics"]["accuracy"] == pytest.approx(0.9)
    assert made["warnings"][0]["code"] == "evaluation.not_better"
    assert "no better than `majority_class`, by accuracy: 0.9 against 0.9" in made["warnings"][0]["message"]
    assert [curve["label"] for curve in made["curves"]] == ["yes"]
    assert made["calibration"]["label"] == "yes"


def test_columns_that_matter_are_told_from_those_that_do_not(client: FlaskClient, sqlite_store: Store) -> None:
    """Shuffling noise changes nothing."""
    rng = np.random.default_rng(1)
    rows = "".join(f"{a:.3f},{b:.3f},{'yes' if a > 0.5 else 'no'}\n" for a, b in rng.random((300, 2)))
    model = train(client, sqlite_store, "useful,noise,answer\n" + rows, target="answer")

    importance = evaluate(client, model, rows="validation").json["importance"]

    by_column = {each["column"]: each["importance"] for each in importance["columns"]}
    assert importance["columns"][0]["column"] == "useful"
    assert by_column["useful"] > 0.2
    assert abs(by_column["noise"]) < 0.1


def test_numbers_are_judged_in_the_units_of_the_file(client: FlaskClient, sqlite_store: Store) -> None:
    """RMSE, MAE, R² and residuals are those of the listed answers; a linear law is best met by a linear model."""
    table = "x,y\n" + "".join(f"{n / 10},{1000 + 30 * n}\n" for n in range(100))
    model = train(client, sqlite_store, table, target="y", training={"preset": "fast", "epochs": 30, "seed": 3})

    listed, made = answers(client, model), evaluate(client, model, rows="validation").json

    true = np.array([row["truth"] for row in listed], np.float64)
    given = np.array([row["prediction"]["value"] for row in listed])
    assert made["metrics"]["rmse"] == pytest.approx(reference.root_mean_squared_error(true, given), rel=1e-9)
    assert made["metrics"]["mae"] == pytest.approx(reference.mean_absolute_error(true, given), rel=1e-9)
    assert made["metrics"]["r2"] == pytest.approx(reference.r2_score(true, given), rel=1e-9)
    assert made["metrics"]["rmse"] == pytest.approx(model["metrics"]["val_rmse"], rel=1e-4)
    assert made["residuals"]["median"] == pytest.approx(np.median(true - given), rel=1e-9)
    assert [each["name"] for each in made["baselines"]] == ["mean", "ridge_regression"]
    assert made["warnings"][0]["code"] == "evaluation.not_better"
    assert made["classes"] is made["confusion_matrix"] is made["curves"] is made["calibration"] is None


def test_numbers_whose_squares_no_float_holds_are_null(client: FlaskClient, sqlite_store: Store) -> None:
    """JSON knows no infinity; what can be told is told."""
    model = train(client, sqlite_store, "x,y\n" + "".join(f"{n},{n}\n" for n in range(40)), target="y")
    table = "x,y\n1,1e200\n2,3e200\n"

    made = evaluate(client, model, dataset_id=upload(client, table)["id"])

    assert made.status_code == 201
    assert (made.json["metrics"]["rmse"], made.json["metrics"]["r2"]) == (None, None)
    assert made.json["metrics"]["mae"] == pytest.approx(2e200)


def test_evaluations_are_kept_and_listed(client: FlaskClient, model: Body) -> None:
    """Newest first, in a few numbers each; each whole at its own address."""
    first, second = (evaluate(client, model, rows="validation", seed=seed).json for seed in (1, 2))

    listed = client.get(model["urls"]["evaluations"]).json
    shown = client.get(first["urls"]["self"]).json
    page = client.get(model["urls"]["evaluations"] + "?limit=1").json

    page_of(EvaluationBriefSchema)(unknown=RAISE).load(listed)
    assert [each["id"] for each in listed["data"][:2]] == [second["id"], first["id"]]
    assert shown == first
    assert (page["has_more"], page["next_cursor"]) == (True, second["id"])


def test_a_repeated_request_makes_one_evaluation(client: FlaskClient, model: Body) -> None:
    """An answer can be lost on its way; sent again with its key, the request is answered as the first time."""
    first, again = (
        client.post(model["urls"]["evaluations"], json={"rows": "validation"}, headers={"Idempotency-Key": "one"})
        for _ in range(2)
    )

    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.json, again.headers["Location"]) == (201, first.json, first.headers["Location"])
    assert [each["id"] for each in client.get(model["urls"]["evaluations"]).json["data"]][:-1] == [first.json["id"]]


def test_evaluations_go_with_their_model_and_outlive_their_dataset(client: FlaskClient, model: Body) -> None:
    """What was measured stays true without the file; without the model it is nothing."""
    table = "sepal_length,sepal_width,petal_length,petal_width,species\n5.1,3.5,1.4,0.2,setosa\n"
    dataset = upload(client, table)
    made = evaluate(client, model, dataset_id=dataset["id"]).json

    assert client.delete(dataset["urls"]["self"]).status_code == 204
    without = client.get(made["urls"]["self"]).json
    assert client.delete(model["urls"]["self"]).status_code == 204

    assert (without["dataset_id"], without["metrics"]) == (None, made["metrics"])
    assert client.get(made["urls"]["self"]).json["code"] == "not_found.model"


def test_an_evaluation_of_another_model_is_not_found(
    client: FlaskClient, sqlite_store: Store, model: Body, iris: bytes
) -> None:
    """An address that mixes two models names nothing; neither does an id that never was, or one of another kind."""
    other = train(client, sqlite_store, iris, target="sepal_length")
    made = evaluate(client, other, rows="validation").json

    codes = [
        client.get(f"{model['urls']['evaluations']}/{each}").json["code"]
        for each in (made["id"], ids.new("evaluation"), model["id"])
    ]

    assert codes == ["not_found.evaluation", "not_found.evaluation", "id.wrong_kind"]
    assert len(client.get(model["urls"]["evaluations"]).json["data"]) == 1


HEAD = "sepal_length,sepal_width,petal_length,petal_width,species\n"
ROW = "5.1,3.5,1.4,0.2,"
FAULTS = {
    "columns lack": ("sepal_length,species\n5.1,setosa\n", "data.columns_changed", "`sepal_width`"),
    "no target": ("sepal_length,sepal_width,petal_length,petal_width\n5,3,1,0\n", "data.unknown_column", "`species`"),
    "no answers": (HEAD + ROW + "\n" + ROW + "\n", "data.target_missing", "`species`"),
    "unknown class": (HEAD + ROW + "setosa\n" + ROW + "\n" + ROW + "tulip\n", "data.columns_changed", "in row 3"),
    "texts for numbers": (
        HEAD + ROW + "setosa\n" + ROW + "\n" + "long,3.5,1.4,0.2,setosa\n",
        "data.columns_changed",
        "`long` in data row 3",
    ),
}


@pytest.mark.parametrize(("table", "code", "named"), FAULTS.values(), ids=FAULTS)
def test_rows_that_cannot_be_judged_are_refused_by_name(
    client: FlaskClient, model: Body, table: str, code: str, named: str
) -> None:
    """Rows are counted as in the file; nothing is kept of it."""
    answer = evaluate(client, model, dataset_id=upload(client, table)["id"])

    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert named in answer.json["detail"]
    assert len(client.get(model["urls"]["evaluations"]).json["data"]) == 1  # that which it had before


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "request.invalid_value", "/rows"),
        ({"rows": "validation", "dataset_id": "ds_x"}, "request.invalid_value", "/rows"),
        ({"rows": "training"}, "request.invalid_value", "/rows"),
        ({"rows": "test"}, "evaluation.no_rows", "/rows"),
        ({"rows": "validation", "sample_rows": 0}, "request.invalid_value", "/sample_rows"),
        ({"rows": "validation", "seed": 1.5}, "request.wrong_type", "/seed"),
        ({"rows": "validation", "seeds": 1}, "request.unknown_field", "/seeds"),
        ({"dataset_id": "ds_01jd0000000000000000000000"}, "not_found.dataset", None),
        ({"dataset_id": "job_01jd0000000000000000000000"}, "id.wrong_kind", None),
    ],
)
def test_questions_that_name_no_rows_are_refused(
    client: FlaskClient, model: Body, body: Body, code: str, pointer: str | None
) -> None:
    """Each with the place in the body."""
    answer = evaluate(client, model, **body)

    assert answer.json["code"] == code
    assert answer.json["errors"][0].get("pointer") == pointer


def test_more_rows_than_a_request_judges_are_refused_with_the_way_out(
    client: FlaskClient, model: Body, iris: bytes
) -> None:
    """The hint, followed, is accepted; the figures then are of rows drawn from all."""
    head, *lines = iris.decode().splitlines()
    large = upload(client, "\n".join([head, *(lines * 67)]))

    refused = evaluate(client, model, dataset_id=large["id"])
    drawn = evaluate(client, model, dataset_id=large["id"], sample_rows=10_000)
    few = [evaluate(client, model, dataset_id=large["id"], sample_rows=50, seed=seed).json for seed in (1, 1, 2)]

    assert refused.json["code"] == "limit.too_many_rows"
    assert '"sample_rows": 10000' in refused.json["errors"][0]["hint"]
    assert (drawn.status_code, drawn.json["row_count"], drawn.json["drawn_from"]) == (201, 10_000, 10_050)
    assert few[0]["metrics"] == few[1]["metrics"] != few[2]["metrics"]


def test_wide_rows_are_judged_in_smaller_numbers(
    client: FlaskClient, model: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is the memory that they take: four inputs a row, here of 80 numbers."""
    monkeypatch.setattr("models.judging.reporting.MOST_VALUES", 80)

    refused = evaluate(client, model, rows="validation")

    assert refused.json["code"] == "limit.too_many_rows"
    assert '"sample_rows": 20' in refused.json["errors"][0]["hint"]
    assert evaluate(client, model, rows="validation", sample_rows=20).json["row_count"] == 20


def test_too_many_inputs_leave_the_linear_model_and_the_importance_out(
    client: FlaskClient, model: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An evaluation ends within its request; what it leaves out is not there, or null."""
    monkeypatch.setattr("models.judging.baselines.MOST_INPUTS", 3)
    monkeypatch.setattr("models.judging.importance.MOST_ANSWERS", 3 * 4 * 19)

    made = evaluate(client, model, rows="validation").json

    assert [each["name"] for each in made["baselines"]] == ["majority_class"]
    assert made["importance"] is None


def test_a_dataset_too_large_to_be_split_again_is_refused_with_the_way_out(
    client: FlaskClient, model: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Iris has 750 cells."""
    monkeypatch.setattr("app.services.evaluations.split.MOST_CELLS", 749)

    answer = evaluate(client, model, rows="validation")

    assert (answer.json["code"], answer.json["errors"][0]["found"]) == ("limit.too_many_rows", 750)
    assert "dataset_id" in answer.json["errors"][0]["hint"]


def without_asking(client: FlaskClient, model: Body) -> Body:
    """Give the evaluation that the worker made at the end."""
    (brief,) = client.get(model["urls"]["evaluations"]).json["data"]
    return dict(client.get(brief["urls"]["self"]).json)


def same(one: Any, other: Any) -> bool:
    """Compare reports: figures to 1e-9, everything else exactly."""
    if isinstance(one, dict):
        return set(one) == set(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == pytest.approx(other, rel=1e-9, abs=1e-12)) if isinstance(one, float) else bool(one == other)


@pytest.mark.parametrize("target", ["species", "petal_width", ["petal_length", "petal_width"]], ids=str)
def test_every_finished_job_has_an_evaluation_of_its_validation_rows(
    client: FlaskClient, sqlite_store: Store, iris: bytes, target: str | list[str]
) -> None:
    """It is the one that a request for them makes: same rows, same draws, same simple models."""
    model = train(client, sqlite_store, iris, target=target)

    found, asked = without_asking(client, model), evaluate(client, model, rows="validation").json

    differing = {name for name in found if not same(found[name], asked[name])}
    assert differing == {"id", "created_at", "urls"}
    assert (found["rows"], found["row_count"], found["seed"]) == ("validation", 30, 0)


def test_an_evaluation_that_fails_leaves_the_job_as_it_ended(
    client: FlaskClient, sqlite_store: Store, iris: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job has succeeded by then; it has no figures, and they can be asked for."""
    monkeypatch.setattr("models.judging.importance.REPEATS", 0)  # a division by zero

    model = train(client, sqlite_store, iris, target="species")
    monkeypatch.undo()

    assert client.get(model["urls"]["job"]).json["status"] == "succeeded"
    assert client.get(model["urls"]["evaluations"]).json["data"] == []
    assert evaluate(client, model, rows="validation").status_code == 201


def test_several_targets_are_judged_one_by_one_and_by_their_mean(
    client: FlaskClient, sqlite_store: Store, iris: bytes
) -> None:
    """Numbers, each in its own units, beside a linear model for each."""
    model = train(client, sqlite_store, iris, target=["petal_length", "petal_width"])

    listed, made = answers(client, model), evaluate(client, model, rows="validation").json

    EvaluationSchema(unknown=RAISE).load(made)
    true = np.array([[row["truth"][name] for name in made["target"]] for row in listed])
    given = np.array([[row["prediction"]["values"][name] for name in made["target"]] for row in listed])
    wanted = reference.root_mean_squared_error(true, given, multioutput="raw_values")
    assert [each["metrics"]["rmse"] for each in made["targets"]] == pytest.approx(wanted, rel=1e-9)
    assert made["metrics"]["rmse"] == pytest.approx(wanted.mean(), rel=1e-9)
    assert made["metrics"]["r2"] == pytest.approx(reference.r2_score(true, given), rel=1e-9)
    assert [each["target"] for each in made["targets"]] == made["target"] == ["petal_length", "petal_width"]
    assert [each["name"] for each in made["baselines"]] == ["mean", "ridge_regression"]
    assert made["importance"]["by"] == "rmse"
    assert made["residuals"] is None


def test_models_of_too_many_targets_are_not_evaluated(
    client: FlaskClient, sqlite_store: Store, iris: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal names the limit, and the worker made none."""
    monkeypatch.setattr("models.targets.MOST_TARGETS", 1)
    model = train(client, sqlite_store, iris, target=["petal_length", "petal_width"])

    answer = evaluate(client, model, rows="validation")

    assert (answer.status_code, answer.json["code"]) == (422, "evaluation.task_unsupported")
    assert "2 numbers or labels" in answer.json["detail"]
    assert client.get(model["urls"]["evaluations"]).json["data"] == []


def test_labels_that_do_not_exclude_each_other_are_judged_one_by_one(client: FlaskClient, sqlite_store: Store) -> None:
    """Each has its confusion matrix, and an area like scikit-learn's."""
    rng = np.random.default_rng(1)
    rows = "".join(
        f"{a:.3f},{b:.3f},{'yes' if a > 0.5 else 'no'},{'yes' if a + b > 1 else 'no'}\n"
        for a, b in rng.random((200, 2))
    )
    model = train(client, sqlite_store, "a,b,large,both\n" + rows, target=["large", "both"])

    listed, made = answers(client, model), evaluate(client, model, rows="validation").json

    for each in made["targets"]:
        true = [row["truth"][each["target"]] in {"yes", True} for row in listed]
        shares = [row["prediction"]["probabilities"][each["target"]] for row in listed]
        assert sum(map(sum, each["confusion_matrix"]["counts"])) == made["row_count"]
        assert each["classes"][1]["roc_auc"] == pytest.approx(reference.roc_auc_score(true, shares), rel=1e-9)
        assert each["metrics"]["log_loss"] == pytest.approx(reference.log_loss(true, shares), rel=1e-6)
    assert made["metrics"]["accuracy"] == pytest.approx(np.mean([e["metrics"]["accuracy"] for e in made["targets"]]))
    assert [each["name"] for each in made["baselines"]] == ["majority_class", "logistic_regression"]


def test_a_dataset_that_is_read_in_another_way_now_is_not_split_again(client: FlaskClient, model: Body) -> None:
    """Nobody knows any more which rows the model learned from; other rows are judged, without simple models."""
    changed = client.patch(f"/v1/datasets/{model['dataset_id']}", json={"missing_words": ["virginica"]})
    table = "sepal_length,sepal_width,petal_length,petal_width,species\n5.1,3.5,1.4,0.2,setosa\n"

    refused = evaluate(client, model, rows="validation")
    judged = evaluate(client, model, dataset_id=upload(client, table)["id"])

    assert changed.status_code == 200
    assert (refused.status_code, refused.json["code"]) == (409, "evaluation.data_changed")
    assert judged.json["baselines"] == []
    assert judged.json["warnings"][0]["code"] == "evaluation.no_baselines"
