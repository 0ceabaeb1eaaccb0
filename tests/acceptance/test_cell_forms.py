"""Numbers and dates as people write them, over HTTP: read, stated, and predicted from the very text of the file."""

import csv
import datetime as dt
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from chainrule import Client, load
from tests.acceptance.conftest import RunningService


@dataclass(frozen=True, kw_only=True)
class Case:
    """A table, the column that is odd, its kind, its first value and its form, and the warnings about it."""

    content: str
    column: str
    kind: str
    first: Any
    form: Any
    missing: int = 0
    warnings: dict[str, str] = field(default_factory=dict)
    delimiter: str = ","

    @property
    def rows(self) -> list[dict[str, str]]:
        """Rows as csv.DictReader gives them, without the target."""
        return list(csv.DictReader(io.StringIO(self.content), delimiter=self.delimiter))


def days(format_: str, count: int) -> list[str]:
    """Write one day after another."""
    first = dt.date(2022, 10, 1)
    return [(first + dt.timedelta(days=day)).strftime(format_) for day in range(count)]


BAD = [f"{day},{number}\n" for number, day in enumerate(days("%Y-%m-%d", 28))]
BAD[8] = "unknown,9\n"
MONTHS = [f"{1 + number % 3:02d}/{1 + number % 12:02d}/2022,{number % 7}\n" for number in range(36)]
CASES = {
    "thousands": Case(
        content="price,rooms\n" + "".join(f'"{101234 + 1234 * (7 * n % 30):,}",{n % 9}\n' for n in range(30)),
        column="price", kind="number", first=101234.0, form={"decimal": ".", "thousands": ","},
        warnings={"data.ambiguous_numbers": 'decimal: ","'},
    ),
    "currency": Case(
        content="price,rooms\n" + "".join(f"${112.5 + 12 * n:.2f},{n % 9}\n" for n in range(30)),
        column="price", kind="number", first=112.5, form={"decimal": ".", "currency": "$"},
    ),
    "percent": Case(
        content="rate,y\n" + "".join(f"{n + 1.25}%,{n % 2}\n" for n in range(30)),
        column="rate", kind="number", first=1.25, form={"decimal": ".", "unit": "%"},
    ),
    "german_thousands": Case(
        content="a;y\n" + "".join(f"1.{100 + n},50;{n % 7},5\n" for n in range(30)),
        column="a", kind="number", first=1100.5, form={"decimal": ",", "thousands": "."}, delimiter=";",
    ),
    "na_words": Case(
        content="x,y\n" + "".join(f"{'#N/A' if n % 10 == 3 else n},{n % 2}\n" for n in range(40)),
        column="x", kind="number", first=0.0, form=None, missing=4,
    ),
    "ambiguous": Case(
        content="date,y\n" + "".join(MONTHS),
        column="date", kind="date", first="2022-01-01T00:00:00", form="%m/%d/%Y",
        warnings={"data.ambiguous_dates": '"%d/%m/%Y"'},
    ),
    "datetime": Case(
        content="when,y\n" + "".join(f"{day} 10:30,{n}\n" for n, day in enumerate(days("%d/%m/%Y", 28))),
        column="when", kind="date", first="2022-10-01T10:30:00", form="%d/%m/%Y %H:%M",
    ),
    "one_bad_date": Case(
        content="when,y\n" + "".join(BAD),
        column="when", kind="date", first="2022-10-01T00:00:00", form="ISO 8601", missing=1,
        warnings={"data.bad_dates": "`unknown` on line 10"},
    ),
    "durations": Case(
        content="took,y\n" + "".join(f"{n % 3}:{n:02d}:30,{n % 7}\n" for n in range(30)),
        column="took", kind="number", first=30.0, form={"duration": "H:M:S", "unit": "s"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_table_is_read_trained_and_predicted_as_it_is_written(
    service: RunningService, client: Client, tmp_path: Path, name: str
) -> None:
    """The form is stated once, and the same text means the same in the service and in the client by itself."""
    case = CASES[name]
    target = next(key for key in case.rows[0] if key != case.column)

    answer = httpx.post(
        f"{service.url}/v1/datasets", content=case.content.encode(), headers={"Content-Type": "text/csv"}, timeout=60
    ).json()
    shown = httpx.get(f"{service.url}/v1/datasets/{answer['id']}/rows?limit=40", timeout=60).json()["data"]
    job = client.jobs.create(
        dataset_id=answer["id"], target=target, features={"include": [case.column]}, training={"epochs": 3, "seed": 7}
    )
    model = job.wait(timeout=120).model
    own = load(model.save(tmp_path / "model.safetensors"))
    as_written = [{case.column: row[case.column]} for row in case.rows if row[case.column] != "unknown"]
    as_read = [{case.column: row[case.column]} for row, text in zip(shown, case.rows, strict=True)
               if text[case.column] != "unknown"]  # fmt: skip
    served = model.predict(as_written)

    column = next(each for each in answer["columns"] if each["name"] == case.column)
    told = {each["code"]: each["message"] for each in answer["warnings"] if each["column"] == case.column}
    assert (column["kind"], column["missing"]) == (case.kind, case.missing)
    assert column["statistics"].get("format") == case.form
    assert shown[0][case.column] in {case.first, f"{case.first}Z"}
    assert set(told) == set(case.warnings)
    assert all(words in told[code] for code, words in case.warnings.items())
    assert served == model.predict(as_read)
    assert flat(own.predict(as_written)) == pytest.approx(flat(served), rel=1e-4, abs=1e-5)


def flat(answers: list[dict[str, Any]]) -> list[float]:
    """Give the numbers of answers."""
    return [number for answer in answers for number in answer.get("probabilities", {"": answer.get("value")}).values()]


def test_texts_are_read_by_the_columns_own_rule_at_predict(client: Client) -> None:
    """`"9.5"`, `""` and `"NA"` as csv.DictReader gives them, and nothing that the file could not have held."""
    content = "a,y\n" + "".join(f"{number / 2},{number % 2}\n" for number in range(40))
    dataset = client.datasets.upload(content.encode())
    job = client.jobs.create(dataset_id=dataset.id, target="y", task="binary", training={"epochs": 2, "seed": 1})
    model = job.wait(timeout=120).model

    texts = model.predict([{"a": "9.5"}, {"a": ""}, {"a": "NA"}, {"a": " #n/a "}])

    assert texts == model.predict([{"a": 9.5}, {"a": None}, {"a": None}, {"a": None}])
    with pytest.raises(Exception, match=r"a number like `12\.5`, or null"):
        model.predict([{"a": "9,5"}])
