"""Models: found, listed, deleted, and their weights as files."""

import base64
import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

import exports
from store import Store, ids
from store.database.tables import Blob, BlobChunk
from tests.app import runs


@pytest.fixture
def dataset_id(sqlite_store: Store, tmp_path: Path) -> str:
    """Store a small iris."""
    return runs.add_dataset(sqlite_store, tmp_path)


@pytest.fixture
def model_id(sqlite_store: Store, dataset_id: str) -> str:
    """Conclude a job with a model."""
    return make_model(sqlite_store, dataset_id)


def make_model(store: Store, dataset_id: str, *, seed: int = 1) -> str:
    """Run a job by hand; gives the model's id."""
    runs.add_job(store, dataset_id, name='Iris "2" / größer')
    return runs.succeed(store, runs.claim(store.database), seed=seed)


def blobs(store: Store) -> int:
    """Count what is stored."""
    with store.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Blob)) or 0


def test_a_model_tells_what_it_needs_and_what_it_answers(client: FlaskClient, model_id: str) -> None:
    """Who wants to predict must know the columns; who wants to trust, the metrics and the digest."""
    model = client.get(f"/v1/models/{model_id}").json

    assert model["object"] == "model"
    assert model["features"] == ["sepal_length", "petal_length"]
    assert model["classes"] == ["setosa", "versicolor", "virginica"]
    assert (model["target"], model["task"]) == ("species", "multiclass")
    assert model["metrics"] == {"val_accuracy": 1.0}
    assert model["weights"]["digest"].startswith("sha256:")


def test_models_are_listed_newest_first(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """And found by their job."""
    first, second = (make_model(sqlite_store, dataset_id, seed=seed) for seed in (1, 2))
    job_id = client.get(f"/v1/models/{first}").json["job_id"]

    everything = client.get("/v1/models").json["data"]
    of_job = client.get(f"/v1/models?job_id={job_id}").json["data"]

    assert [model["id"] for model in everything] == [second, first]
    assert [model["id"] for model in of_job] == [first]


@pytest.mark.parametrize("part", ["", "/weights"])
def test_ids_are_answered_in_kind(client: FlaskClient, part: str) -> None:
    """A job's id is what people take by mistake."""
    unknown = client.get(f"/v1/models/{ids.new('model')}{part}")
    other = client.get(f"/v1/models/{ids.new('job')}{part}")

    assert (unknown.status_code, unknown.json["code"]) == (404, "not_found.model")
    assert (other.status_code, other.json["code"]) == (422, "id.wrong_kind")


def test_deleting_a_model_frees_its_weights(client: FlaskClient, sqlite_store: Store, model_id: str) -> None:
    """Bytes that nobody refers to any more are gone; the job says that it has no model now."""
    job_id = client.get(f"/v1/models/{model_id}").json["job_id"]
    before = blobs(sqlite_store)

    answer = client.delete(f"/v1/models/{model_id}")

    assert answer.status_code == 204
    assert client.get(f"/v1/models/{model_id}").status_code == 404
    assert client.get(f"/v1/jobs/{job_id}").json["model_id"] is None
    assert blobs(sqlite_store) == before - 1


def test_equal_weights_stay_while_one_model_has_them(client: FlaskClient, sqlite_store: Store, dataset_id: str) -> None:
    """Equal training gives equal bytes, stored once; deleting one model must not empty the other."""
    first, second = (make_model(sqlite_store, dataset_id) for _ in range(2))

    client.delete(f"/v1/models/{first}")

    assert client.get(f"/v1/models/{second}/weights").status_code == 200


def test_safetensors_are_the_stored_bytes(client: FlaskClient, model_id: str) -> None:
    """The digest that the model shows is the digest of the file."""
    digest = client.get(f"/v1/models/{model_id}").json["weights"]["digest"]

    answer = client.get(f"/v1/models/{model_id}/weights")

    sha256 = hashlib.sha256(answer.data)
    assert digest == f"sha256:{sha256.hexdigest()}"
    assert answer.headers["ETag"] == f'"{sha256.hexdigest()}"'
    assert answer.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(sha256.digest()).decode()}:"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert f"iris-2-gr-er-{model_id}.safetensors" in answer.headers["Content-Disposition"]


def test_both_formats_hold_the_same(client: FlaskClient, model_id: str) -> None:
    """Names, shapes and values; and the npz loads without pickle."""
    safetensors = exports.read_safetensors(io.BytesIO(client.get(f"/v1/models/{model_id}/weights").data))

    npz = np.load(io.BytesIO(client.get(f"/v1/models/{model_id}/weights?format=npz").data), allow_pickle=False)

    assert {name for name in npz.files if not name.startswith("__")} == {"dense_1.kernel", "dense_1.bias"}
    for name, array in safetensors.arrays.items():
        assert np.array_equal(npz[name], array)


@pytest.mark.parametrize("format_", ["safetensors", "npz"])
def test_a_broken_download_continues(client: FlaskClient, model_id: str, format_: str) -> None:
    """The parts together are the file, and the digest is that of the whole."""
    url = f"/v1/models/{model_id}/weights?format={format_}"
    whole = client.get(url)

    start = client.get(url, headers={"Range": "bytes=0-99"})
    rest = client.get(url, headers={"Range": "bytes=100-", "If-Range": whole.headers["ETag"]})

    assert (start.status_code, rest.status_code) == (206, 206)
    assert start.headers["Content-Range"] == f"bytes 0-99/{len(whole.data)}"
    assert start.data + rest.data == whole.data
    assert start.headers["Repr-Digest"] == whole.headers["Repr-Digest"]


def test_parts_of_two_versions_never_meet(client: FlaskClient, model_id: str) -> None:
    """`If-Range` with another version gets the whole file."""
    answer = client.get(f"/v1/models/{model_id}/weights", headers={"Range": "bytes=5-", "If-Range": '"other"'})

    assert answer.status_code == 200


def test_a_range_beyond_the_end_is_416(client: FlaskClient, model_id: str) -> None:
    """With the size, so that the client can correct itself."""
    answer = client.get(f"/v1/models/{model_id}/weights", headers={"Range": "bytes=999999999-"})

    assert (answer.status_code, answer.json["code"]) == (416, "request.range_invalid")
    assert answer.headers["Content-Range"].startswith("bytes */")


def test_a_thousand_ranges_are_one_file(client: FlaskClient, model_id: str) -> None:
    """Many parts are a way to make a server work for nothing; the whole file is a right answer, too."""
    many = "bytes=" + ",".join(f"{n}-{n}" for n in range(1000))

    answer = client.get(f"/v1/models/{model_id}/weights", headers={"Range": many})

    assert answer.status_code == 200


def test_who_has_the_file_is_not_sent_it(client: FlaskClient, model_id: str) -> None:
    """304, and nothing is read from the store."""
    tag = client.get(f"/v1/models/{model_id}/weights").headers["ETag"]

    answer = client.get(f"/v1/models/{model_id}/weights", headers={"If-None-Match": tag})

    assert (answer.status_code, answer.data) == (304, b"")


def test_formats_have_versions_of_their_own(client: FlaskClient, model_id: str) -> None:
    """One `ETag` for two different files would serve the wrong one from a cache."""
    tags = [client.head(f"/v1/models/{model_id}/weights?format={name}").headers["ETag"] for name in exports.FORMATS]

    assert len(set(tags)) == len(tags)


def test_an_unknown_format_is_told_the_known_ones(client: FlaskClient, model_id: str) -> None:
    """Pickle, above all, is none."""
    answer = client.get(f"/v1/models/{model_id}/weights?format=pickle")

    assert (answer.status_code, answer.json["code"]) == (422, "model.unknown_format")
    assert answer.json["errors"][0]["allowed"] == list(exports.FORMATS)


@pytest.mark.parametrize("format_", ["safetensors", "npz"])
def test_no_damaged_byte_is_sent(client: FlaskClient, sqlite_store: Store, model_id: str, format_: str) -> None:
    """Wrong weights would be worse than none: the bytes are checked before the first one leaves."""
    digest = client.get(f"/v1/models/{model_id}").json["weights"]["digest"].removeprefix("sha256:")
    with sqlite_store.database.transaction() as session:
        data = session.scalar(select(BlobChunk.data).where(BlobChunk.digest == digest))
        broken = data[:-1] + bytes([data[-1] ^ 1])
        session.execute(update(BlobChunk).where(BlobChunk.digest == digest).values(data=broken))

    answer = client.get(f"/v1/models/{model_id}/weights?format={format_}")

    assert (answer.status_code, answer.json["code"]) == (500, "server.blob_damaged")
    assert broken[:50] not in answer.data
