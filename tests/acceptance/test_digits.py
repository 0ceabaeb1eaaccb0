"""Digits that a number would not keep, over HTTP: zip codes and long identifiers stay as they were sent."""

import io
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pyarrow as pa
import pyarrow.parquet
import pytest

from chainrule import Client, load
from tests.acceptance.conftest import RunningService

ZIPS = "zip,price\n" + "10001,1000\n02134,3000\n" * 40
USERS = [9007199254740992 + number % 2 for number in range(40)]


def post(service: RunningService, content: bytes, media_type: str = "text/csv") -> dict[str, Any]:
    """Upload a table."""
    headers = {"Content-Type": media_type}
    return dict(httpx.post(f"{service.url}/v1/datasets", content=content, headers=headers, timeout=60).json())


def test_zip_codes_keep_their_zeros(service: RunningService, client: Client, tmp_path: Path) -> None:
    """In the table, in what is learned, and in what the client predicts by itself; a warning says why they are text."""
    dataset = post(service, ZIPS.encode())
    shown = httpx.get(f"{service.url}/v1/datasets/{dataset['id']}/rows?limit=2", timeout=60).json()["data"]
    exported = httpx.get(f"{service.url}/v1/datasets/{dataset['id']}/rows.csv", timeout=60).text.splitlines()
    training = {"epochs": 200, "seed": 7}
    model = (
        client.jobs.create(dataset_id=dataset["id"], target="price", task="regression", training=training)
        .wait(timeout=120)
        .model
    )
    own = load(model.save(tmp_path / "model.safetensors"))
    rows = [{"zip": "02134"}, {"zip": "10001"}]
    served = [answer["value"] for answer in model.predict(rows)]

    assert {column["name"]: column["kind"] for column in dataset["columns"]} == {"zip": "category", "price": "number"}
    assert [row["zip"] for row in shown] == ["10001", "02134"]
    assert exported[:3] == ["zip,price", "10001,1000", "02134,3000"]
    assert [warning["code"] for warning in dataset["warnings"] if warning.get("column") == "zip"][:1] == [
        "data.digits_kept"
    ]
    assert served == pytest.approx([3000, 1000], rel=0.1)
    assert [answer["value"] for answer in own.predict(rows)] == pytest.approx(served, rel=1e-4)


def test_spellings_of_a_code_do_not_merge(service: RunningService) -> None:
    """7, 07 and 007 are three things."""
    codes = ["007", "7", "0070", "07"] * 8
    content = "code,y\n" + "".join(f"{code},{number % 2}\n" for number, code in enumerate(codes))

    (column, _) = post(service, content.encode())["columns"]

    assert (column["kind"], column["distinct"]) == ("category", 4)


def test_long_identifiers_are_told_apart(service: RunningService) -> None:
    """Two users whose numbers are one float, from CSV as from Parquet; each is shown digit by digit."""
    csv = "user,y\n" + "".join(f"{user},{number % 3}\n" for number, user in enumerate(USERS))
    parquet = io.BytesIO()
    pyarrow.parquet.write_table(pa.table({"user": USERS, "y": [number % 3 for number in range(40)]}), parquet)

    datasets = [post(service, csv.encode()), post(service, parquet.getvalue(), "application/vnd.apache.parquet")]
    paths = [f"{service.url}/v1/datasets/{each['id']}/rows?limit=2" for each in datasets]
    shown = [httpx.get(path, timeout=60).json()["data"] for path in paths]

    assert [(each["columns"][0]["kind"], each["columns"][0]["distinct"]) for each in datasets] == [("category", 2)] * 2
    assert [[row["user"] for row in rows] for rows in shown] == [["9007199254740992", "9007199254740993"]] * 2


@pytest.mark.parametrize("cell", ["0", "0.5", "-0.25", "10", "1e05", "9007199254740992"])
def test_ordinary_numbers_stay_numbers(service: RunningService, cell: str) -> None:
    """Zeros before a point, and whole numbers that a float gives back, lose nothing."""
    content = "n,y\n" + "".join(f"{cell if number else 3},{number % 2}\n" for number in range(30))

    (column, _) = post(service, content.encode())["columns"]

    assert column["kind"] == "number"
