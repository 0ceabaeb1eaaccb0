"""Ten tables of the kinds people have, each trained from the two-field body, against a baseline and scikit-learn.

    ./chainrule bench tables [--url http://127.0.0.1:8000]

Without a URL a service is started for the run. Scores are on the job's own held-out rows: balanced accuracy for
classes, R² for numbers. *Trivial* answers with the commonest class or the mean; *sklearn* is its MLP behind the usual
scaling and one-hot pipeline, trained on the same training rows. A table is sensible when the job is clearly better than
the trivial answer and not clearly worse than scikit-learn.
"""

import argparse
import contextlib
import csv
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import peers
from benchmarks.harness import running_service
from benchmarks.table_cases import TableCase, made
from chainrule import Client


@dataclass(frozen=True)
class Score:
    """What the job, a trivial answer and scikit-learn reach on the same held-out rows."""

    ours: float
    baseline: float
    peer: float
    seconds: float

    @property
    def is_sensible(self) -> bool:
        """Clearly above the trivial answer and not clearly below the peer."""
        return self.ours >= self.baseline + 0.5 * (self.peer - self.baseline) and self.ours >= self.peer - 0.05


def rows_of(content: bytes, target: str) -> tuple[list[dict[str, object]], list[str]]:
    """Rows as JSON values, as the predict call takes them, and the answers as text."""
    rows: list[dict[str, object]] = list(csv.DictReader(io.StringIO(content.decode())))
    answers = [str(row.pop(target)) for row in rows]
    for name in rows[0]:
        cells = [row[name] or None for row in rows]
        with contextlib.suppress(ValueError):
            cells = [None if cell is None else float(str(cell)) for cell in cells]
        for row, cell in zip(rows, cells, strict=True):
            row[name] = cell
    return rows, answers


def run(client: Client, case: TableCase, content: bytes) -> Score:
    """Train one table from two fields (and a seed) and score it against the others on the job's own split."""
    dataset = client.datasets.upload(content, name=case.name)
    began = time.perf_counter()
    job = client.jobs.create(dataset_id=dataset.id, target=case.target, training={"seed": 1}).wait(timeout=300)
    seconds = time.perf_counter() - began
    rows, answers = rows_of(content, case.target)
    training, held_out = peers.split_of(client.jobs.spec(job.id)["resolved"], answers)
    predictions = client.models.get(job.model_id).predict([rows[i] for i in held_out])
    is_number = "value" in predictions[0]
    ours: Sequence[object] = [p["value"] if is_number else p["label"] for p in predictions]
    others = peers.answers(
        [rows[i] for i in training],
        [answers[i] for i in training],
        [rows[i] for i in held_out],
        is_number=is_number,
    )
    truth = [answers[i] for i in held_out]
    score = peers.r_squared if is_number else peers.balanced_accuracy
    return Score(score(truth, ours), score(truth, others.baseline), score(truth, others.scikit_learn), seconds)


def main(url: str | None) -> None:
    """Train all ten and print the table; every one must be sensible."""
    with running_service(url) as address, Client(address) as client:
        print(f"{'table':10} {'what it shows':26} {'score':>7} {'sklearn':>8} {'trivial':>8} {'seconds':>8}")
        scores = []
        for case, content in made():
            score = run(client, case, content)
            scores.append(score)
            verdict = "" if score.is_sensible else "   NOT SENSIBLE"
            print(
                f"{case.name:10} {case.shows:26} {score.ours:7.3f} {score.peer:8.3f} {score.baseline:8.3f} "
                f"{score.seconds:8.2f}{verdict}"
            )
    sensible = sum(score.is_sensible for score in scores)
    print(f"sensible: {sensible} of {len(scores)}")
    assert sensible == len(scores)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url")
    main(parser.parse_args().url)
