"""Yes and no over HTTP: every spelling means the same in training and in prediction, and nothing else means no."""

from pathlib import Path

import httpx2 as httpx
import pytest

from chainrule import Client, load
from chainrule.errors import RowsChanged
from tests.acceptance.conftest import RunningService

TABLE = "smoker,age,ill\n" + "".join(
    f"{'Yes' if number % 2 else 'No'},{20 + number % 50},{'TRUE' if number % 2 else 'FALSE'}\n" for number in range(60)
)
SPELLINGS = ["Yes", "yes", "YES", "Y", "true", True, 1]


def test_spellings_of_yes_are_yes(service: RunningService, client: Client, tmp_path: Path) -> None:
    """By the service as by the client's own predictor; `maybe` is refused by both."""
    file = tmp_path / "smokers.csv"
    file.write_text(TABLE)
    dataset = client.datasets.upload(file)
    training = {"epochs": 40, "seed": 7}
    model = client.jobs.create(dataset_id=dataset.id, target="ill", training=training).wait(timeout=120).model
    own = load(model.save(tmp_path / "model.safetensors"))

    def asked(value: object) -> httpx.Response:
        body = {"rows": [{"smoker": value, "age": 40}]}
        return httpx.post(f"{service.url}/v1/models/{model.id}/predict", json=body, timeout=60)

    served = [asked(value).json()["predictions"][0] for value in SPELLINGS]
    refused = asked("maybe")

    assert all(answer == served[0] for answer in served)
    assert served[0]["label"] is True
    assert asked("no").json()["predictions"][0]["label"] is False
    assert [own.predict([{"smoker": value, "age": 40}])[0]["label"] for value in SPELLINGS] == [True] * len(SPELLINGS)
    assert (refused.status_code, refused.json()["code"]) == (422, "data.columns_changed")
    assert refused.json()["errors"][0]["pointer"] == "/rows/0/smoker"
    assert "`maybe`" in refused.json()["detail"]
    with pytest.raises(RowsChanged, match="maybe"):
        own.predict([{"smoker": "maybe", "age": 40}])
