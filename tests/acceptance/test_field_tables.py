"""Tables as people really have them, over HTTP: columns, rows, a job, and predictions of the service and the client."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from chainrule import Client, load
from tests.acceptance.conftest import RunningService

FIELD = Path(__file__).parent / "field"
Upload = Callable[..., dict[str, Any]]
Row = dict[str, Any]


@pytest.fixture
def upload(service: RunningService) -> Upload:
    """Send one of the files, perhaps with what is told of it; give the dataset with its rows."""

    def send(name: str, **told: str) -> dict[str, Any]:
        kind = "application/x-ndjson" if name.endswith("jsonl") else "text/csv"
        content = (FIELD / name).read_bytes()
        headers = {"Content-Type": kind}
        answer = httpx.post(f"{service.url}/v1/datasets", params=told, content=content, headers=headers, timeout=60)
        dataset: dict[str, Any] = answer.json()
        assert answer.status_code in {200, 201}, dataset
        rows = httpx.get(f"{service.url}{dataset['urls']['rows']}?limit=100", timeout=60).json()["data"]
        return {**dataset, "rows": rows, "kinds": {one["name"]: one["kind"] for one in dataset["columns"]}}

    return send


def codes(dataset: dict[str, Any]) -> set[str]:
    """Return the codes of the warnings."""
    return {warning["code"] for warning in dataset["warnings"]}


READ: dict[str, tuple[dict[str, str], list[Row], set[str]]] = {
    "big_ids.csv": (
        {"user": "category", "y": "category"},
        [{"user": "479386071891505153", "y": "a"}, {"user": "479386071891505154", "y": "b"}],
        {"data.digits_kept"},
    ),
    "sep_line.csv": ({"a": "number", "b": "number"}, [{"a": 1, "b": 2}, {"a": 3, "b": 4}], set()),
    "title_semicolon.csv": (
        {"length": "number", "kind": "category"},
        [{"length": 1, "kind": "a"}],
        {"data.title_skipped"},
    ),
    "spaces.csv": (
        dict.fromkeys(("column_1", "column_2", "column_3"), "number"),
        [{"column_1": 18, "column_2": 8, "column_3": 307}, {"column_1": 15, "column_2": 8, "column_3": 350}],
        {"data.delimiter_spaces", "data.no_header"},
    ),
    "write_table.tsv": (
        {"row_names": "number", "len": "number", "kind": "category"},
        [{"row_names": 1, "len": 1.5, "kind": "a"}, {"row_names": 2, "len": 2.5, "kind": "b"}],
        {"data.header_short"},
    ),
    "thousands.csv": ({"rooms": "number", "price": "number"}, [{"rooms": 1, "price": 101_234}], set()),
    "currency.csv": ({"rooms": "number", "price": "number"}, [{"rooms": 1, "price": 112.5}], set()),
    "percent.csv": ({"rate": "number", "y": "number"}, [{"rate": 1.25, "y": 1}], set()),
    "german_thousands.csv": ({"a": "number", "y": "number"}, [{"a": 0.5, "y": 1100.5}], set()),
    "na_words.csv": ({"x": "number", "y": "number"}, [{"x": None, "y": 0}, {"x": 1, "y": 1}], set()),
    "ambiguous.csv": (
        {"date": "date", "y": "number"},
        [{"date": "2022-01-01T00:00:00", "y": 1}],
        {"data.ambiguous_dates"},
    ),
    "datetime.csv": ({"when": "date", "y": "number"}, [{"when": "2022-10-01T10:30:00", "y": 1}], set()),
    "one_bad_date.csv": (
        {"when": "date", "y": "number"},
        [{"when": "2022-10-01T00:00:00", "y": 1}],
        {"data.bad_dates"},
    ),
    "backslash.csv": (
        {"text": "category", "y": "number"},
        [{"text": 'say "hi, you"', "y": 1}, {"text": "b", "y": 2}],
        {"data.quotes_escaped"},
    ),
    "header_newline.csv": ({"length (mm)": "number", "kind": "category"}, [{"length (mm)": 1, "kind": "a"}], set()),
    "units_row.csv": (
        {"depth": "number", "temp": "number", "kind": "category"},
        [{"depth": 0, "temp": 0, "kind": "a"}],
        {"data.units_skipped"},
    ),
    "repeated_header.csv": (
        {"length": "number", "kind": "category"},
        [{"length": 1.5, "kind": "a"}, {"length": 2.5, "kind": "b"}, {"length": 3.5, "kind": "a"}],
        {"data.header_repeated"},
    ),
}


@pytest.mark.parametrize(("name", "kinds", "rows", "warnings"), [(name, *wanted) for name, wanted in READ.items()])
def test_a_table_is_read_as_its_owner_means_it(
    upload: Upload, name: str, kinds: dict[str, str], rows: list[Row], warnings: set[str]
) -> None:
    """Its columns, its first rows, and a word where something was doubtful."""
    dataset = upload(name)

    assert {column: kind for column, kind in dataset["kinds"].items() if column in kinds} == kinds
    assert [{column: row[column] for column in kinds} for row in dataset["rows"][: len(rows)]] == rows
    assert warnings <= codes(dataset)


def test_a_bad_date_is_named_by_its_line(upload: Upload) -> None:
    """And counts as missing."""
    warning = next(one for one in upload("one_bad_date.csv")["warnings"] if one["code"] == "data.bad_dates")

    assert warning["position"]["line"] == 10
    assert "`unknown`" in warning["message"]


def test_dates_that_read_both_ways_can_be_told(upload: Upload, service: RunningService) -> None:
    """The patch of the warning is what to send."""
    dataset = upload("ambiguous.csv")
    doubt = next(one for one in dataset["warnings"] if one["code"] == "data.ambiguous_dates")

    changed = httpx.patch(f"{service.url}{dataset['urls']['self']}", json=doubt["patch"], timeout=60).json()
    rows = httpx.get(f"{service.url}{dataset['urls']['rows']}", timeout=60).json()["data"]

    assert rows[1]["date"] == "2022-02-01T00:00:00"
    assert "data.ambiguous_dates" not in codes(changed)
    httpx.patch(f"{service.url}{dataset['urls']['self']}", json={"date_format": None}, timeout=60).raise_for_status()


PREDICTED: dict[str, tuple[str, dict[str, Any], list[Row]]] = {
    "zip.csv": ("rent", {"task": "regression"}, [{"zip": "02134"}, {"zip": "10001"}]),
    "thousands.csv": ("price", {}, [{"rooms": 3}, {"rooms": "3"}]),
    "german_thousands.csv": ("y", {}, [{"a": "9,5"}, {"a": 9.5}]),
    "percent.csv": ("y", {"task": "binary"}, [{"rate": "5.25%"}, {"rate": 5.25}]),
    "na_words.csv": ("y", {"task": "binary"}, [{"x": "#N/A"}, {"x": None}, {"x": ""}]),
    "datetime.csv": ("y", {}, [{"when": "13/10/2022 10:30"}, {"when": "2022-10-13T10:30:00"}]),
    "none_class.csv": ("y", {}, [{"x": 1}, {"x": 5}, {"x": 9}]),
    "sparse.jsonl": ("y", {}, [{"a": 3, "b": 6}, {"a": 4, "b": None}]),
}
SAME = {"thousands.csv", "german_thousands.csv", "percent.csv", "na_words.csv", "datetime.csv"}
"""Those whose rows say the same in several ways."""


def numbers(answer: Row) -> dict[str, float]:
    """Return the value, or what each class has."""
    return {"value": answer["value"]} if "value" in answer else dict(answer["probabilities"])


@pytest.mark.parametrize(("name", "target", "asked", "rows"), [(name, *how) for name, how in PREDICTED.items()])
def test_what_is_learned_is_predicted_alike_here_and_there(
    upload: Upload, client: Client, tmp_path: Path, name: str, target: str, asked: dict[str, Any], rows: list[Row]
) -> None:
    """Cells as in the file are understood by the service and by the client's own predictor, to the same answer."""
    dataset = upload(name)
    body = {"dataset_id": dataset["id"], "target": target, "training": {"epochs": 5, "seed": 7}, **asked}
    model = client.jobs.create(**body).wait(timeout=120).model
    own = load(model.save(tmp_path / "model.safetensors"))

    served, alone = model.predict(rows), own.predict(rows)

    for ours, theirs in zip(served, alone, strict=True):
        assert ours.get("label") == theirs.get("label")
        assert numbers(ours) == pytest.approx(numbers(theirs), rel=1e-4)
    assert name not in SAME or all(answer == served[0] for answer in served)


def test_three_classes_stay_three(upload: Upload, client: Client) -> None:
    """`None` is one of them."""
    dataset = upload("none_class.csv")
    job = client.jobs.create(dataset_id=dataset["id"], target="y", training={"epochs": 60, "seed": 7}).wait(timeout=120)

    answers = job.model.predict([{"x": 1}, {"x": 5}, {"x": 9}])

    assert set(answers[0]["probabilities"]) == {"None", "mild", "severe"}


def test_the_client_tells_how_a_file_is_read(client: Client) -> None:
    """Looked at first, then uploaded, then changed: the same columns each time."""
    content = (FIELD / "title_semicolon.csv").read_bytes() + b"4;b\n"
    told = {"header": 2, "delimiter": ";", "kinds": {"length": "category"}}

    preview = client.datasets.preview(content, **told)
    dataset = client.datasets.upload(content, **told)
    back = client.datasets.change(dataset.id, kinds=None)

    assert [column["kind"] for column in preview["columns"]] == ["category", "category"]
    assert dataset.raw["columns"] == preview["columns"]
    assert [column["kind"] for column in back.raw["columns"]] == ["number", "category"]
