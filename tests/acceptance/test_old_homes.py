"""Homes that earlier versions left: the present code shows the same, goes on from it, and comes to the same ends."""

import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import running_service
from tests.acceptance.homes.archive import unpack
from tests.acceptance.homes.differences import differences
from tests.acceptance.homes.visit import WAITED, visit, visitor

pytestmark = [pytest.mark.xdist_group("acceptance-old-homes"), pytest.mark.timeout(900)]

HOMES = sorted(path.parent for path in Path(__file__).parent.glob("homes/*/expected.json"))
ROUNDING = 1e-3  # how far the answers of the same weights may be off where other libraries add up in another order
DRIFT = 0.1  # how far a whole training may be off there
PROSE = frozenset({"description", "summary", "example", "examples"})
View = dict[str, Any]


@dataclass(frozen=True)
class Opened:
    """An old home under the present code: what it showed when it was kept, and what it shows now."""

    kept: View
    now: View
    folder: Path

    @property
    def is_same_environment(self) -> bool:
        """Whether this machine gives the same bits as the one that the home was made on."""
        return differences(self.kept["environment"], self.now["environment"]) == []

    def differences(self, *parts: str, within: float = 0.0) -> list[str]:
        """Name what is shown otherwise now; numbers may be off by `within` on another machine, on this one not."""
        allowed = 0.0 if self.is_same_environment else within
        return [
            difference
            for part in parts
            for difference in differences(self.kept[part], self.now[part], at=part, within=allowed)
        ]


@pytest.fixture(scope="module", params=HOMES, ids=lambda folder: folder.name)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Start the present code on a copy, look at everything, let what waits run to its end, and look again."""
    folder: Path = request.param
    expected = json.loads((folder / "expected.json").read_text())
    home = tmp_path_factory.mktemp(folder.name) / "home"
    unpack(folder / "home.tar.xz", home)
    asked = expected["asked"]
    with running_service(home) as service, visitor(service.url, asked["key"]) as client:
        now = visit(client, asked)
    return Opened(expected["shown"], now, folder)


def test_its_datasets_are_the_same(opened: Opened) -> None:
    """Of every format: columns with their statistics, rows as they were understood, both files byte for byte."""
    assert {dataset["format"] for dataset in opened.kept["datasets"].values()} >= {"csv", "parquet", "jsonl", "npz"}
    assert opened.differences("datasets", "dataset_rows") == []


def test_its_jobs_are_the_same(opened: Opened) -> None:
    """Succeeded, failed, cancelled and paused ones, with their events, attempts and metrics."""
    assert opened.differences("jobs", "waiting", "histories") == []


def test_its_specs_are_the_same(opened: Opened) -> None:
    """As given and as resolved, with all reasons; nothing is filled in afterwards but the first semantics."""
    told = {name: spec["resolved"]["network"].get("semantics") for name, spec in opened.now["specs"].items()}

    assert {name for name, semantics in told.items() if semantics == 1} == {"phrases", "waves"}
    assert {name: without_semantics(spec) for name, spec in opened.now["specs"].items()} == opened.kept["specs"]


def without_semantics(spec: View) -> View:
    """Leave out what is shown since there is a second version of what layers mean."""
    resolved, provenance = dict(spec["resolved"]), dict(spec["provenance"])
    resolved["network"] = {key: value for key, value in resolved["network"].items() if key != "semantics"}
    provenance.pop("/network/semantics", None)
    return {**spec, "resolved": resolved, "provenance": provenance}


def test_the_same_body_still_means_the_same(opened: Opened) -> None:
    """Posted anew, what was given resolves to what is stored, reason by reason."""
    plans = {name: plan for name, plan in opened.now["plans"].items() if name not in LEFT_OPEN}
    specs = opened.kept["specs"]

    meant = {name: {part: specs[name][part] for part in plan} for name, plan in plans.items()}

    assert differences(meant, plans) == []


LEFT_OPEN = frozenset({"cancelled", "diverged"})
"""Bodies that leave their network open: a newer recipe fills it since, while what was resolved stays what it was."""


def test_its_models_are_the_same(opened: Opened) -> None:
    """The objects, and their weights byte for byte; archives (npz) lie in Keras' order since."""
    assert opened.differences("models") == []
    for name, digests in opened.kept["weights"].items():
        assert opened.now["weights"][name]["safetensors"] == digests["safetensors"]


def test_its_models_predict_the_same(opened: Opened) -> None:
    """Classes, several numbers, texts and pictures, also with gaps and with categories that were never met."""
    assert opened.differences("predictions", within=ROUNDING) == []


def test_its_checkpoints_are_the_same(opened: Opened) -> None:
    """The state byte for byte, the weights that it would leave, and what these would answer."""
    (kept, *_), (now, *_) = opened.kept["checkpoints"], opened.now["checkpoints"]

    assert len(opened.now["checkpoints"]) == len(opened.kept["checkpoints"])
    assert now["content"] == kept["content"] == kept["digest"].removeprefix("sha256:")
    found = opened.differences("checkpoints", within=ROUNDING)
    assert [each for each in found if "/weights/npz" not in each] == []


def test_the_paused_job_goes_on_where_it_was(opened: Opened) -> None:
    """It begins at its checkpoint, in the middle of an epoch, and is never seen before that."""
    checkpoint = opened.kept["checkpoints"][0]

    (resumed,) = opened.now["ends"]["paused"]["resumed"]

    assert resumed == {"checkpoint_id": checkpoint["id"], "step": checkpoint["step"], "epoch": checkpoint["epoch"]}
    assert checkpoint["epoch"] > 0
    assert opened.now["resumed_at"]["epoch"] >= checkpoint["epoch"]
    assert opened.now["resumed_at"]["step"] >= checkpoint["step"]


@pytest.mark.parametrize("name", WAITED)
def test_what_waited_comes_to_the_same_end(opened: Opened, name: str) -> None:
    """The paused job, the queued one and the one that goes on from a finished one: the very bits, on a like machine."""
    kept, now = opened.kept["ends"][name], opened.now["ends"][name]

    if opened.is_same_environment:
        assert differences(kept, now) == []
        assert opened.now["end_weights"][name] == opened.kept["end_weights"][name]
        assert opened.now["end_predictions"][name] == opened.kept["end_predictions"][name]
    else:
        assert now["status"] == kept["status"]
        assert now["best"]["value"] == pytest.approx(kept["best"]["value"], rel=DRIFT, abs=DRIFT)
        assert opened.differences("end_predictions", within=DRIFT) == []


def test_resolved_specs_train_to_the_same_weights(opened: Opened) -> None:
    """Posted as they are stored; on another machine at least all of them still train."""
    assert opened.now["repeated_weights"].keys() == opened.kept["weights"].keys()
    if opened.is_same_environment:
        assert opened.now["repeated_weights"] == opened.kept["weights"]


def test_refusals_are_the_same(opened: Opened) -> None:
    """Codes, places, sentences, hints and patches: programs act on them."""
    assert len(opened.kept["refusals"]) >= 15
    assert [each for each in opened.differences("refusals") if not SAID_OTHERWISE.match(each)] == []


SAID_OTHERWISE = re.compile(
    r"refusals/(a misspelt (layer|field|optimizer)"  # names all of them, and there are more
    r"|a word for a number)"  # numbers in quotes are read, so nobody is told to take the quotes away
    r"/(detail|errors/0/(message|expected|hint|allowed(/\d+)?)) "
)
"""Sentences for people that have become others; what programs act on beside them is as it was."""


def test_its_keys_are_known(opened: Opened) -> None:
    """The living key opened everything above; the revoked one still opens nothing."""
    assert opened.now["revoked_key"] == opened.kept["revoked_key"] == 401


def test_a_request_sent_again_is_recognized(opened: Opened) -> None:
    """The old code answered it under its key; the present code gives that answer and makes no second job."""
    assert opened.now["repeated_answer"]["replayed"] == "true"
    assert opened.differences("repeated_answer") == []


def test_the_api_is_described_as_before(opened: Opened) -> None:
    """Every path, parameter, property and answer is still there with its schema; more may have come."""
    kept = json.loads(gzip.decompress((opened.folder / "openapi.json.gz").read_bytes()))

    found = differences(by_name(kept), by_name(opened.now["openapi"]), at="openapi", without=PROSE)
    assert [each for each in found if not is_wider(each)] == []


WIDER = (
    "/split/anyOf/0/properties/validation_share/anyOf/0/exclusiveMinimum is gone",  # 0 holds nothing out
    "/early_stopping/anyOf/0/properties/patience/anyOf/0/minimum is 0 instead of 1",  # as Keras accepts it
    "/v1/datasets/post/responses/200/content/application/json/schema/$ref is gone",  # or a preview, if asked for
    # rows may be lists, too, and of models those of a dataset
    "Predict/required is gone",
    "Predict/properties/rows/items/type is gone",
    "Predict/properties/rows/items/additionalProperties is gone",
    "schemas/PredictRows' instead of '#/components/schemas/Predict'",
)
"""Bounds that let more in than they did: whatever was accepted still is."""
MORE_ITEMS = re.compile(r"/maxItems is (\d+) instead of (\d+)$")


def is_wider(difference: str) -> bool:
    """Whether whatever was accepted still is."""
    more = MORE_ITEMS.search(difference)
    return difference.endswith(WIDER) or (more is not None and int(more[1]) > int(more[2]))


def by_name(part: Any) -> Any:
    """Lay out keys that are always there, values and types, and parameters by their names: more may come."""
    if isinstance(part, list):
        return [by_name(item) for item in part]
    if not isinstance(part, dict):
        return part
    named = {key: by_name(value) for key, value in part.items()}
    for key in ("required", "enum"):
        if isinstance(part.get(key), list):
            named[key] = {str(value): True for value in part[key]}
    if isinstance(part.get("type"), str | list):
        named["type"] = dict.fromkeys([part["type"]] if isinstance(part["type"], str) else part["type"], True)
    if isinstance(part.get("parameters"), list):
        named["parameters"] = {one.get("name") or one["$ref"]: by_name(one) for one in part["parameters"]}
    return named
