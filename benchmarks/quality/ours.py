"""A job of this project in this process: the same reading, resolving, preparing and training as the service has."""

import hashlib
import io
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import exports
import specs
from benchmarks.quality.training import trained
from datasets import Limits, parse_table
from datasets.preprocessing.arrow_to_numpy import as_numbers, count_labels
from datasets.reading.leaks import leaking_columns
from models import predictor_of

Rows = Sequence[Mapping[str, Any]]
AT_ONCE = 4096


@dataclass(frozen=True)
class Answered:
    """What a model answers to rows that it never saw, and what it cost."""

    answers: list[Any]  # numbers, or shares by class name
    seconds: float  # of the processor, from the body to the weights: on an idle core, as long by the clock
    digest: str  # of the weights file
    epochs: int
    parameters: int


def answer(csv: bytes, target: str, body: Mapping[str, Any], rows: Rows, *, seed: int) -> Answered:
    """Train on a CSV by a body that names the target alone, or more; answer raw rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(csv)
        table = parse_table(path, limits=Limits())
    facts = specs.DatasetFacts(
        "ds_quality",
        table.row_count,
        table.columns,
        numbers=lambda name: as_numbers(table.arrow.column(name), name),
        labels=lambda name: count_labels(table.arrow.column(name)),
        leaks=lambda name: leaking_columns(table.columns, table.arrow, name),
        warnings=table.warnings,
    )
    training = {"seed": seed, **body.get("training", {})}
    began = time.process_time()
    given = specs.read({**body, "dataset_id": facts.id, "target": target, "training": training})
    resolved = specs.resolve(given, facts, draw_seed=lambda: seed)
    model, epochs = trained(resolved.document, table)
    seconds = time.process_time() - began
    file = io.BytesIO()
    exports.write(model, "safetensors", file)
    predictor = predictor_of(model)
    parts = [predictor.predict(rows[start : start + AT_ONCE]) for start in range(0, len(rows), AT_ONCE)]
    answers = [each.get("probabilities", each.get("value")) for part in parts for each in part]
    digest = hashlib.sha256(file.getvalue()).hexdigest()
    return Answered(answers, seconds, digest, epochs, sum(array.size for array in model.arrays.values()))
