"""Real tables, three splits each: the model of dataset and target alone, next to the models that people would make.

    ./chainrule bench quality [--only iris,oj] [--recipes default,lightgbm] [--seeds 0,1,2] [--again default]
                              [--tables DIR] [--results FILE] [--body '{"training": …}' --as NAME]

A fifth of each table is held back (stratified by class); the rest is trained on. Results are kept in a file, so that
one recipe can be run again alone (`--again`) and bodies be compared (`--body`). `--tables` takes other tables: CSV
files, each beside a JSON file {"target": …, "is_class": …}. RealMLP is there where `pytabkit` is installed.
"""

import argparse
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from benchmarks.quality import ours, peers
from benchmarks.quality.recipes import OURS
from benchmarks.quality.report import report
from benchmarks.quality.results import Result, Results
from benchmarks.quality.scoring import numbers, shares, shares_of
from benchmarks.quality.tables import QualityTable, from_folder, packaged

TEST_SHARE = 0.2
AGAINST = ("lightgbm", "catboost", "mlp", "linear")
RESULTS = Path(".chainrule/quality/results.jsonl")


def run(table: QualityTable, seed: int, recipe: str, bodies: dict[str, dict[str, Any]]) -> Result:
    """Train one recipe on one split of a table, and measure it on the rest."""
    from sklearn.model_selection import train_test_split  # noqa: PLC0415  # of the optional group

    frame = table.frame()
    by = frame[table.target] if table.is_class else None
    train, test = train_test_split(frame, test_size=TEST_SHARE, random_state=seed, stratify=by)
    truth = test[table.target]
    if recipe in bodies:
        rows = [_raw(row) for row in test.drop(columns=[table.target]).to_dict("records")]
        content = train.to_csv(index=False).encode()
        found = ours.answer(content, table.target, bodies[recipe], rows, seed=seed)
        told = {"seconds": found.seconds, "digest": found.digest, "epochs": found.epochs}
        if not table.is_class:
            return Result(table.name, seed, recipe, len(frame), scores=numbers(truth, found.answers), **told)
        classes = tuple(found.answers[0])
        said = shares_of(found.answers, classes)
        scores = shares([_class(name, classes) for name in truth], said, classes)
        return Result(table.name, seed, recipe, len(frame), scores=scores, **told)
    said, classes, seconds = peers.answer(recipe, train, test, table.target, is_class=table.is_class, seed=seed)
    scores = shares(list(truth.astype(str)), said, classes) if table.is_class else numbers(truth, said)
    return Result(table.name, seed, recipe, len(frame), seconds, scores)


def _raw(row: dict[str, Any]) -> dict[str, Any]:
    """Write a row as a client would: null for a missing cell."""
    return {name: None if cell != cell else cell for name, cell in row.items()}  # noqa: PLR0124  # NaN alone differs


def _class(name: object, classes: Collection[str]) -> str:
    """Spell a class as the service does: 1 of a column of 0 and 1 as `1`, True as the file has it."""
    text = str(name)
    return text if text in classes else next(each for each in classes if each.casefold() == text.casefold())


def main(given: argparse.Namespace) -> None:
    """Run what is not there yet, smallest tables first, then print the report."""
    tables = list(from_folder(given.tables)) if given.tables else packaged()
    bodies = dict(OURS) | ({given.as_: json.loads(given.body)} if given.body else {})
    recipes = _listed(given.recipes) or [*(["default", given.as_] if given.body else OURS), *peers.peers()]
    results = Results(given.results)
    for table in tables:
        if given.only and table.name not in _listed(given.only):
            continue
        for seed in map(int, _listed(given.seeds)):
            for recipe in recipes:
                if results.has(table.name, seed, recipe) and recipe not in _listed(given.again):
                    continue
                result = run(table, seed, recipe, bodies)
                results.keep(result)
                told = "  ".join(f"{name} {value:.4f}" for name, value in result.scores.items())
                print(f"{table.name:14} {seed} {recipe:12} {result.seconds:7.2f} s  {told}", flush=True)
    names = {table.name for table in tables if not given.only or table.name in _listed(given.only)}
    shown = [result for result in results if result.table in names]
    print(report(shown, recipes, against=[name for name in AGAINST if name in recipes]))


def _listed(text: str) -> Sequence[str]:
    return [part for part in text.split(",") if part]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="./chainrule bench quality")
    parser.add_argument("--only", default="", help="names of tables, separated by commas")
    parser.add_argument("--recipes", default="", help="names of recipes and peers")
    parser.add_argument("--seeds", default="0,1,2", help="seeds of the splits")
    parser.add_argument("--again", default="", help="recipes to run although there are results")
    parser.add_argument("--tables", type=Path, help="a folder of CSV files, each with a JSON file")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file of results")
    parser.add_argument("--body", help="a job body without dataset and target, as JSON")
    parser.add_argument("--as", dest="as_", default="body", help="the name of that body's results")
    main(parser.parse_args())
