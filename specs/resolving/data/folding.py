"""Features folded as the input of a Keras model says, where nothing else was said and the numbers are as many."""

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import Any

from datasets.recipe.features import Features
from specs.facts import DatasetFacts, StartFacts
from specs.given import GivenSpec
from specs.grammar.reading import ABSENT
from specs.pointers import pointer
from specs.resolving.answers.target import Goal
from specs.resolving.data.features import settle_features
from specs.resolving.data.inputs import input_count, own_shape
from specs.resolving.notes import Notes


def settle_columns_of_rows(notes: Notes, facts: DatasetFacts, goal: Goal, start: StartFacts | None) -> Features:
    """Settle the features, in the shape of the model's input where that fits."""
    shape = notes.given.find("network", "input_shape")
    is_open = notes.given.find("features", "reshape") is ABSENT
    if shape is not ABSENT and len(shape) > 1 and is_open:
        given = _folded(notes.given, shape)
        trial = Notes(given)
        features = settle_features(trial, facts, goal, start)
        fits = input_count(features, facts) == prod(shape) and own_shape(features, facts) is None
        if fits and len(trial.faults) == len(given.faults):
            notes.given = given
            features = settle_features(notes, facts, goal, start)
            for path in (("features", "reshape"), *(("features", "reshape", index) for index, _ in enumerate(shape))):
                if pointer(path) in notes.provenance:
                    notes.note(path, "inferred", "the Keras model reads rows of this shape")
            return features
    return settle_features(notes, facts, goal, start)


def _folded(given: GivenSpec, shape: list[int]) -> GivenSpec:
    """Say the shape as if it had been given."""
    features: Mapping[str, Any] = given.body.get("features", {})
    return replace(given, body={**given.body, "features": {**features, "reshape": list(shape)}})
