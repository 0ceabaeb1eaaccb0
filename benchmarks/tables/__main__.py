"""Twenty tables of the kinds people have, each trained from two fields and a seed, next to scikit-learn.

    ./chainrule bench tables [--url http://127.0.0.1:8000] [--only iris,digits]

Without a URL a service is started for the run. Scores are on the job's own held-out rows: balanced accuracy for
classes, R² for numbers. *Trivial* answers with the commonest class or the mean; *sklearn* is its MLP with its defaults
behind the usual pipeline (median, indicators, scaling, one-hot, parts of dates, flat pixels), trained on the same
training rows. A table is sensible when the job is clearly better than the trivial answer and not clearly worse than
scikit-learn; the median difference over all tables must not be below 0, and each resolved spec that is posted again
must give the same bytes.
"""

import argparse
import statistics
from collections.abc import Collection

from benchmarks.harness import running_service
from benchmarks.tables.csv_cases import CSV_CASES
from benchmarks.tables.file_cases import FILE_CASES
from benchmarks.tables.scoring import Score, run
from chainrule import Client

CASES = (*CSV_CASES, *FILE_CASES)


def main(url: str | None, only: Collection[str]) -> None:
    """Train all and print the table; every one must be sensible and repeat, and half of them at least as good."""
    with running_service(url) as address, Client(address) as client:
        print(
            f"{'table':10} {'what it shows':30} {'score':>7} {'sklearn':>8} {'diff':>7} {'trivial':>8} {'seconds':>8}"
        )
        scores = {}
        for case in CASES:
            if not only or case.name in only:
                scores[case.name] = run(client, case, case.make())
                print(f"{case.name:10} {case.shows:30} {line(scores[case.name])}", flush=True)
    judge(list(scores.values()))


def line(score: Score) -> str:
    """Write one row of the table."""
    faults = ["NOT SENSIBLE"] * (not score.is_sensible) + ["DOES NOT REPEAT"] * (not score.repeats)
    return (
        f"{score.ours:7.3f} {score.peer:8.3f} {score.difference:+7.3f} {score.baseline:8.3f} "
        f"{score.seconds:8.2f}   {', '.join(faults)}"
    ).rstrip()


def judge(scores: list[Score]) -> None:
    """Print the verdicts, then hold them."""
    sensible, repeating = (sum(getattr(score, name) for score in scores) for name in ("is_sensible", "repeats"))
    median = statistics.median(score.difference for score in scores)
    print(f"sensible: {sensible} of {len(scores)}, repeats to the byte: {repeating} of {len(scores)}")
    print(f"median difference to scikit-learn: {median:+.4f}")
    assert sensible == repeating == len(scores), "every table must be sensible and repeat"
    assert median >= 0, "half of the tables must do at least as well as with scikit-learn"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="./chainrule bench tables")
    parser.add_argument("--url")
    parser.add_argument("--only", default="", help="names of tables, separated by commas")
    given = parser.parse_args()
    main(given.url, set(filter(None, given.only.split(","))))
