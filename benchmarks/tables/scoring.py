"""One table through the service: trained from two fields, repeated from its resolved spec, scored against others."""

import hashlib
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import specs
from benchmarks.tables import peers
from benchmarks.tables.cases import TableCase
from chainrule import Client
from datasets import Limits, Table, parse_table
from datasets.preprocessing.arrow_to_numpy import as_texts

PREDICTED_AT_ONCE = 1000


@dataclass(frozen=True)
class Score:
    """What the job, a trivial answer and scikit-learn reach on the same held-out rows."""

    ours: float
    peer: float
    baseline: float
    seconds: float
    repeats: bool

    @property
    def difference(self) -> float:
        """How much better the job is than scikit-learn."""
        return self.ours - self.peer

    @property
    def is_sensible(self) -> bool:
        """Clearly above the trivial answer and not clearly below the peer."""
        return self.ours >= self.baseline + 0.5 * (self.peer - self.baseline) and self.ours >= self.peer - 0.05


def run(client: Client, case: TableCase, content: bytes, *, seed: int = 1) -> Score:
    """Train from dataset and target alone (and a seed, so that the figures come again); then from the resolved spec."""
    dataset = client.datasets.upload(content, name=case.name)
    began = time.perf_counter()
    job = client.jobs.create(dataset_id=dataset.id, target=case.target, training={"seed": seed}).wait(timeout=600)
    seconds = time.perf_counter() - began
    resolved = client.jobs.spec(job.id)["resolved"]
    again = client.jobs.create(**resolved).wait(timeout=600)
    repeats = weights_of(client, job.model_id) == weights_of(client, again.model_id)
    table = parsed(content)
    truth, said, peer, baseline = answers(client, str(job.model_id), table, case.target, resolved)
    score = peers.r_squared if resolved["task"] == "regression" else peers.balanced_accuracy
    return Score(score(truth, said), score(truth, peer), score(truth, baseline), seconds, repeats)


def weights_of(client: Client, model_id: str | None) -> str:
    """Hash the numbers of a model's weights, without what the file says around them."""
    with tempfile.TemporaryDirectory() as folder:
        content = client.models.get(model_id).save(Path(folder) / "weights.safetensors").read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    names = {name: entry for name, entry in json.loads(content[8:start]).items() if name != "__metadata__"}
    return hashlib.sha256(json.dumps(names, sort_keys=True).encode() + content[start:]).hexdigest()


def parsed(content: bytes) -> Table:
    """Read the bytes as the service does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "content"
        path.write_bytes(content)
        return parse_table(path, limits=Limits())


def answers(
    client: Client, model_id: str, table: Table, target: str, resolved: dict[str, Any]
) -> tuple[list[str], list[str], list[str], list[str]]:
    """Give the truth on the job's own held-out rows, and what the job, scikit-learn and the trivial guess say."""
    split = specs.prepare(table.arrow, table.columns, specs.Spec.from_json(resolved)).split
    is_number = resolved["task"] == "regression"
    features = table.arrow.drop_columns([target])
    known, truth = texts(table, target, split.training), texts(table, target, split.validation)
    rows = features.take(pa.array(split.validation)).to_pylist()
    written = {as_label(text): text for text in known}  # labels have the type of the target, and are compared as texts
    said: list[str] = []
    for start in range(0, len(rows), PREDICTED_AT_ONCE):
        predictions = client.models.predict(model_id, [as_json(row) for row in rows[start : start + PREDICTED_AT_ONCE]])
        said += [str(each["value"]) if is_number else written[as_label(each["label"])] for each in predictions]
    peer = peers.scikit_learn(features, split.training, known, split.validation, is_number=is_number)
    return truth, said, peer, peers.trivial(known, len(truth), is_number=is_number)


def as_label(label: Any) -> Any:
    """Read a label as a number if it is one, else as its word in small letters."""
    word = str(label).lower()
    try:
        return float(word)
    except ValueError:
        return word


def texts(table: Table, target: str, rows: np.ndarray) -> list[str]:
    """Write the answers of some rows as people would."""
    codes, values = as_texts(table.arrow.column(target).take(pa.array(rows)))
    return [values[code] for code in codes.tolist()]


def as_json(row: dict[str, Any]) -> dict[str, Any]:
    """Write moments as ISO 8601."""
    return {name: cell.isoformat() if hasattr(cell, "isoformat") else cell for name, cell in row.items()}
