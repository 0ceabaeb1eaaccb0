"""How long a claim takes when few or very many jobs wait, on SQLite and on PostgreSQL.

    ./chainrule bench claims [--waiting 100000] [--claims 200]

Each database gets 100 waiting jobs of ten projects, then as many as asked for; the same number of claims is timed on
both, each with the job's release, so that the line keeps its length. Limit: the medians differ by a factor of 1.5.
"""

import argparse
import contextlib
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import insert, text

from store.database.database import Database
from store.database.migrations import migrate
from store.database.tables import Job
from store.jobs import outcomes
from store.jobs.claims import take
from tests.servers import running_postgres
from tests.store.samples import add_dataset, add_project

FEW, LIMIT, PROJECTS, AT_ONCE = 100, 1.5, 10, 5000


@contextlib.contextmanager
def databases() -> Iterator[dict[str, Database]]:
    """Make an empty database of each kind."""
    with tempfile.TemporaryDirectory(prefix="claims-") as folder, running_postgres() as server:
        urls = {"sqlite": f"sqlite:///{Path(folder) / 'claims.db'}", "postgresql": server.create("claims")}
        made = {name: Database(url) for name, url in urls.items()}
        for database in made.values():
            migrate(database)
        yield made
        for database in made.values():
            database.close()


def fill(database: Database, projects: list[tuple[str, str]], numbers: range) -> None:
    """Let jobs wait, in turn for each project; a number is part of the id."""
    for start in range(numbers.start, numbers.stop, AT_ONCE):
        with database.transaction() as session:
            rows = [row(number, *projects[number % PROJECTS]) for number in numbers[start - numbers.start :][:AT_ONCE]]
            session.execute(insert(Job), rows)
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def row(number: int, project_id: str, dataset_id: str) -> dict[str, object]:
    """Describe a waiting job."""
    documents: dict[str, object] = {name: {} for name in ("given", "resolved", "provenance", "summary", "job_metadata")}
    ids = {"id": f"job_{number:026d}", "project_id": project_id, "dataset_id": dataset_id}
    return {**ids, **documents, "warnings": [], "tags": [], "seed": 1, "event_count": 0}


def times(database: Database, claims: int) -> list[float]:
    """Claim and give back, again and again; return the seconds of each claim."""
    seconds = []
    for _ in range(claims):
        began = time.perf_counter()
        claim = take(database, "wrk_bench")
        seconds.append(time.perf_counter() - began)
        assert claim is not None
        outcomes.release(database, claim)
    return seconds


def main(waiting: int, claims: int) -> None:
    """Time both lengths of the line on both databases."""
    ratios = {}
    with databases() as made:
        for name, database in made.items():
            projects = [
                (id_, add_dataset(database, id_)) for id_ in (add_project(database, f"p{n}") for n in range(PROJECTS))
            ]
            fill(database, projects, range(FEW))
            times(database, 20)
            short = statistics.median(times(database, claims))
            fill(database, projects, range(FEW, waiting))
            times(database, 20)
            long = statistics.median(times(database, claims))
            ratios[name] = long / short
            told = f"{1000 * short:.2f} ms with {FEW} waiting, {1000 * long:.2f} ms with {waiting}"
            print(f"{name:12} median claim {told}: x {ratios[name]:.2f}   limit x {LIMIT}")
    assert max(ratios.values()) <= LIMIT


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--claims", type=int, default=200)
    arguments = parser.parse_args()
    main(arguments.waiting, arguments.claims)
