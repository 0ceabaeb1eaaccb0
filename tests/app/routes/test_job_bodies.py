"""Bodies over HTTP: each broken one is answered with code and place; a dry run accepts exactly what create does."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specs.pointers import apply_patch
from store import Store
from store.database.tables import DEFAULT_PROJECT, Dataset
from tests.app import runs
from tests.specs.facts import DATASETS, body, faults_of
from tests.specs.test_broken_bodies import CASES, broken
from tests.specs.test_properties import HIDDEN, KEYS, LAYERS, NEAR_MISSES, TRAINING

UNPOSTABLE = ("nan", "inf", "1" + "0" * 400, r"\x00")  # refused as text, before anybody reads the body
Body = dict[str, Any]


def real(name: str) -> str:
    """Give a dataset of the corpus an id that the service knows as one."""
    return f"ds_{[facts.id for facts, _ in DATASETS.values()].index(name):026d}"


def placed(drawn: Any) -> Any:
    """Name the service's dataset in a body of the corpus."""
    name = drawn.get("dataset_id") if isinstance(drawn, dict) else None
    known_names = {facts.id for facts, _ in DATASETS.values()}
    return {**drawn, "dataset_id": real(name)} if isinstance(name, str) and name in known_names else drawn


@pytest.fixture
def known(client: FlaskClient, sqlite_store: Store, tmp_path: Path) -> FlaskClient:
    """Give a client of a service that has the datasets of the corpus, by the same names."""
    first = runs.add_dataset(sqlite_store, tmp_path)
    with sqlite_store.database.transaction() as session:
        made = session.get_one(Dataset, first)
        for facts, _ in DATASETS.values():
            session.add(
                Dataset(
                    id=real(facts.id),
                    project_id=DEFAULT_PROJECT,
                    name=facts.id,
                    digest=facts.id,
                    size_bytes=1,
                    row_count=facts.row_count,
                    format="csv",
                    dialect=None,
                    columns=[column.to_json() for column in facts.columns],
                    warnings=[],
                    content_digest=made.content_digest,
                    prepared_digest=made.prepared_digest,
                )
            )
    return client


def is_postable(value: object) -> bool:
    """Tell whether a value can stand in JSON as the service reads it."""
    text = repr(value)
    return not any(word in text for word in UNPOSTABLE)


def test_every_broken_body_is_answered_over_http(known: FlaskClient) -> None:
    """The corpus through the service: the right code and place, all of them 4xx, and nothing was stored."""
    wrong, count = [], 0
    for case in CASES:
        made, _ = broken(case)
        if not is_postable(made):
            continue
        count += 1
        answer = known.post("/v1/jobs", json=placed(made))
        first = answer.json["errors"][0]
        if answer.status_code >= 500 or (first["code"], first["pointer"]) != (case.code, case.pointer):
            wrong.append((str(case), answer.status_code, first["code"], first["pointer"]))

    assert count >= 200
    assert wrong == []
    assert known.get("/v1/jobs").json["data"] == []


def wide() -> st.SearchStrategy[Body]:
    """Draw right bodies for iris: networks in three forms, components with parameters, features, splits, tracking."""
    dense = st.fixed_dictionaries(
        {"units": st.integers(1, 9), "activation": st.sampled_from(["relu", "tanh", "selu"])},
        optional={"kernel_initializer": st.sampled_from(["he_normal", {"class_name": "Zeros", "config": {}}])},
    )
    end = {"class_name": "Dense", "config": {"units": 3, "activation": "softmax", "name": "out"}}
    keras = st.lists(dense.map(lambda config: {"class_name": "Dense", "config": config}), max_size=3).map(
        lambda found: {"keras": {"class_name": "Sequential", "config": {"layers": [*found, end]}}}
    )
    features = st.fixed_dictionaries(
        {},
        optional={
            "scaling": st.sampled_from(["minmax", "robust", None, {"petal_width": "log"}]),
            "missing": st.sampled_from(["mean", "zero", "drop"]),
            "exclude": st.sampled_from([[], ["sepal_width"]]),
            "indicators": st.booleans(),
            "reshape": st.sampled_from([[2, 2], None]),
        },
    )
    split = st.fixed_dictionaries(
        {},
        optional={
            "validation_share": st.floats(0.05, 0.5),
            "test_share": st.floats(0, 0.6),
            "group_by": st.sampled_from([None, "sepal_width", "species"]),
            "time_by": st.sampled_from([None, "sepal_width"]),
            "stratify": st.booleans(),
        },
    )
    schedule = st.sampled_from([None, "cosine", {"name": "exponential"}, {"name": "warmup"}])
    training = st.tuples(TRAINING, schedule).map(lambda pair: {**pair[0], "schedule": pair[1]})
    tracking = st.fixed_dictionaries({}, optional={"metrics": st.sampled_from([["f1"], ["auc"], ["rmse"], []])})
    optional = {"network": HIDDEN | LAYERS | keras, "training": training, "features": features, "split": split}
    return st.fixed_dictionaries({}, optional={**optional, "tracking": tracking}).map(lambda more: body(**more))


def mutated() -> st.SearchStrategy[Body]:
    """Draw bodies with something else somewhere: a mistake of the corpus, or any value at any field."""
    mistakes = st.sampled_from([case.change for case in CASES if case.dataset == "iris" and is_postable(case.change)])
    changes = mistakes | st.dictionaries(KEYS, NEAR_MISSES, min_size=1, max_size=2)
    return st.tuples(wide(), changes).map(lambda pair: dict(apply_patch(pair[0], pair[1])))


def without_draws(resolved: Body) -> Body:
    """Leave out what is drawn anew each time."""
    parts = {name: {**resolved[name], "seed": None} for name in ("training", "split")}
    return {**resolved, **parts}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(given_body=wide() | mutated())
def test_a_dry_run_accepts_exactly_what_create_accepts(known: FlaskClient, given_body: Body) -> None:
    """The same verdict, the same faults, and the same resolved spec: whoever tried first is never surprised."""
    if not is_postable(given_body):
        return
    tried = known.post("/v1/jobs?dry_run=true", json=placed(given_body))
    created = known.post("/v1/jobs", json=placed(given_body))

    assert tried.status_code in {200, 422}, "a dataset that is not found would prove nothing"
    assert (tried.status_code == 200) == (created.status_code == 202)
    if tried.status_code != 200:
        assert (created.status_code, created.json["errors"]) == (tried.status_code, tried.json["errors"])
        return
    spec = known.get(f"/v1/jobs/{created.json['id']}/spec").json
    assert without_draws(spec["resolved"]) == without_draws(tried.json["resolved"])


def test_the_drawn_bodies_are_of_both_kinds() -> None:
    """A property over bodies that are all refused, or all accepted, would prove half of it."""
    verdicts: list[bool] = []

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), database=None)
    @given(wide() | mutated())
    def look(drawn: Body) -> None:
        verdicts.append(not faults_of(drawn))

    look()

    assert verdicts.count(True) >= 5
    assert verdicts.count(False) >= 5
