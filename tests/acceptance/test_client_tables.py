"""The client takes tables as people have them, and gives answers back as they came."""

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from chainrule import Client, Model
from tests.acceptance.conftest import IRIS, RunningService

FEATURES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
COLUMNS = {"sepal_length": [6.1, 5.1], "sepal_width": [2.9, 3.5], "petal_length": [4.7, 1.4], "petal_width": [1.4, 0.2]}
ROWS = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)]


@pytest.fixture(scope="module")
def model(service: RunningService) -> Model:
    """Train on Fisher's iris once."""
    with Client(service.url, api_key="") as client:
        dataset = client.datasets.upload(IRIS)
        body = {"dataset_id": dataset.id, "target": "species", "training": {"epochs": 30, "seed": 3}}
        return client.jobs.create(**body).wait(timeout=60).model


@pytest.fixture
def mine(client: Client, model: Model) -> Model:
    """Give the model as this client reads it."""
    return client.models.get(model.id)


FRAMES: dict[str, Callable[[], Any]] = {
    "pyarrow": lambda: pa.table(COLUMNS),
    "pandas": lambda: __import__("pandas").DataFrame(COLUMNS, index=["b", "a"]),
    "polars": lambda: __import__("polars").DataFrame(COLUMNS),
}


@pytest.mark.parametrize("library", FRAMES)
def test_a_frame_is_answered_with_a_frame(mine: Model, library: str) -> None:
    """Of the same kind, with a column for each thing that is told."""
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is no dependency of ours, and not installed here")
    frame = FRAMES[library]()

    answer = mine.predict(frame, interval=0.9, keep_columns=True)

    assert type(answer) is type(frame)
    assert list(answer["label"].to_pylist() if library == "pyarrow" else answer["label"]) == ["versicolor", "setosa"]
    assert list(answer["petal_width"].to_pylist() if library == "pyarrow" else answer["petal_width"]) == [1.4, 0.2]
    if library == "pandas":
        assert list(answer.index) == ["b", "a"]


@pytest.mark.parametrize(
    "rows",
    [ROWS, COLUMNS, np.array([list(row.values()) for row in ROWS]), [list(row.values()) for row in ROWS]],
    ids=["rows", "columns", "array", "lists"],
)
def test_rows_are_answered_with_a_list(mine: Model, rows: Any) -> None:
    """Dicts and lists, arrays, columns by name."""
    assert [answer["label"] for answer in mine.predict(rows)] == ["versicolor", "setosa"]


def test_long_lists_are_sent_in_parts(mine: Model) -> None:
    """More than a request takes."""
    answers = mine.predict(ROWS * 5001)

    assert len(answers) == 10_002
    assert answers[-2:] == answers[:2]


def test_a_file_is_answered_into_a_file(mine: Model, tmp_path: Path) -> None:
    """By path or open, in the form that the ending names."""
    table = tmp_path / "flowers.csv"
    table.write_text("sepal_length,sepal_width,petal_length,petal_width\n6.1,2.9,4.7,1.4\n5.1,3.5,1.4,0.2\n")

    by_path = mine.predict(table, to=tmp_path / "answers.csv")
    with table.open("rb") as file:
        opened = mine.predict(file, to=tmp_path / "answers.parquet")

    firsts = [line.split(",")[0].strip('"') for line in by_path.read_text().splitlines()]
    assert firsts == ["label", "versicolor", "setosa"]
    assert pyarrow.parquet.read_table(opened)["label"].to_pylist() == ["versicolor", "setosa"]
    with pytest.raises(TypeError, match="`to`"):
        mine.predict(table)


@pytest.mark.parametrize(
    "source",
    [
        lambda: {**COLUMNS, "kind": ["a", "b"]},
        lambda: ROWS,
        lambda: np.arange(12.0).reshape(6, 2),
        lambda: pa.table(COLUMNS),
        lambda: io.BytesIO(b"a,b\n1,2\n3,4\n"),
        lambda: io.StringIO("a;b\n1;2\n3;4\n"),
    ],
    ids=["columns", "rows", "array", "pyarrow", "binary", "text"],
)
def test_tables_of_any_kind_are_uploaded_and_deleted(client: Client, source: Callable[[], Any]) -> None:
    """What was there before stays; what is no table is told so."""
    dataset = client.datasets.upload(source(), name="any")

    client.datasets.delete(dataset.id)

    assert dataset.row_count >= 2
    assert dataset.id not in {each.id for each in client.datasets.list()}
    with pytest.raises(TypeError, match="int is no table"):
        client.datasets.upload(7)


def test_a_model_is_judged_on_a_table_and_refreshed_in_place(client: Client, mine: Model) -> None:
    """The table is uploaded on the way; the object shows what another has changed."""
    judged = mine.evaluate({**COLUMNS, "species": ["versicolor", "setosa"]})
    client.models.change(mine.id, description="judged")

    assert judged.metrics["accuracy"] == 1
    assert mine.refresh() is mine
    assert mine.raw["description"] == "judged"
