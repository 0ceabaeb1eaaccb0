"""Resolving a job body: every open value is inferred from the dataset, or everything wrong is told at once."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

from datasets import Kind
from datasets.recipe.features import Features
from specs.blueprint import Sizes, draw
from specs.errors import SpecFaults
from specs.estimates.memory import check_memory
from specs.facts import DatasetFacts, StartFacts
from specs.given import GivenSpec
from specs.limits import Limits
from specs.pointers import escape
from specs.resolved import Provenance, Resolved
from specs.resolving.answers.loss import link_of, settle_loss
from specs.resolving.answers.multi_target import settle_columns, settle_vector
from specs.resolving.answers.target import Goal, settle_goal
from specs.resolving.data.doubts import mention_leaks
from specs.resolving.data.folding import settle_columns_of_rows
from specs.resolving.data.inputs import input_count, own_shape
from specs.resolving.data.sample_weight import check_sample_weight
from specs.resolving.data.split import row_counts, settle_split
from specs.resolving.data.validation import check_ranking, check_validation
from specs.resolving.network.network import settle_network
from specs.resolving.network.parameter_limit import refuse_parameters
from specs.resolving.notes import Notes
from specs.resolving.recipe import recipe_for, settle_preset
from specs.resolving.semantics import settle_semantics
from specs.resolving.training.augmentation import settle_augmentation
from specs.resolving.training.start import check_start, settle_init_from
from specs.resolving.training.tracking import settle_tracking
from specs.resolving.training.training import settle_seed, settle_training
from specs.resolving.translation import TRANSLATION, settle_texts, settle_translator
from specs.values import Spec

DEFAULT_LIMITS = Limits()
MOST_REPEATED = 50


def resolve(
    given: GivenSpec,
    dataset: DatasetFacts,
    *,
    draw_seed: Callable[[], int],
    limits: Limits = DEFAULT_LIMITS,
    validation: DatasetFacts | None = None,
    start: StartFacts | None = None,
) -> Resolved:
    """Return the spec with nothing left open and the reason for each value.

    `validation` are the facts of `split.validation_dataset_id`, `start` of `training.init_from`, where there are such.
    `draw_seed` is asked only when no seed was given, and returns a whole number from 0 to 2⁵³-1. Raises SpecFaults with
    every fault: those that `read` noted, and those that only the dataset shows.
    """
    notes = Notes(given)
    goal = _settle_target(notes, dataset)
    if goal is None:
        raise SpecFaults(notes.faults)
    spec, sizes = _settle(notes, goal, dataset, draw_seed, validation, start)
    if notes.faults:
        raise SpecFaults(notes.faults)
    blueprint = settle_semantics(notes, draw(spec, sizes))
    spec = blueprint.spec
    if start is not None:
        check_start(notes, blueprint, dataset, start)
        if notes.faults:
            raise SpecFaults(notes.faults)
    memory = check_memory(notes, blueprint, dataset, limits)
    if blueprint.network.parameter_count > limits.parameters and not notes.faults:
        refuse_parameters(notes, blueprint, limits.parameters)
    if notes.faults:
        raise SpecFaults(notes.faults)
    _mention_doubts(notes, dataset, spec.features, goal)  # which looks at rows, so not for what is refused
    document = spec.to_json()
    provenance = {leaf: _origin(notes, leaf) for leaf in leaves(document)}
    return Resolved(spec, document, provenance, tuple(notes.warnings), blueprint, memory.total)


def _origin(notes: Notes, leaf: str) -> Provenance:
    """Find where a value comes from; an item of a list comes from where the list does."""
    while leaf not in notes.provenance:
        leaf = leaf[: leaf.rindex("/")]
    return notes.provenance[leaf]


def _settle_target(notes: Notes, dataset: DatasetFacts) -> Goal | None:
    """Settle what is predicted: several columns together, the numbers of a vector, or one answer for each row."""
    given = notes.given.find("target")
    if isinstance(given, list):
        return settle_columns(notes, dataset, given)
    column = dataset.column(given) if isinstance(given, str) else None
    if column is not None and column.kind in {Kind.VECTOR, Kind.IMAGE}:
        return settle_vector(notes, dataset, column)
    return settle_goal(notes, dataset)


def _settle(
    notes: Notes,
    goal: Goal,
    dataset: DatasetFacts,
    draw_seed: Callable[[], int],
    validation: DatasetFacts | None,
    start: StartFacts | None,
) -> tuple[Spec, Sizes]:
    if goal.task == TRANSLATION:
        texts = settle_texts(notes, dataset, goal)
        if texts is None:
            raise SpecFaults(notes.faults)
        features, goal = texts
    else:
        features = settle_columns_of_rows(notes, dataset, goal, start)
    seed = settle_seed(notes, draw_seed)
    split = settle_split(notes, goal, dataset, seed)
    if validation is not None:
        check_validation(notes, features, goal, validation, trained=dataset)
    rows = row_counts(goal, split, validation)
    training_rows, validation_rows = rows.training, rows.validation
    tracking = settle_tracking(notes, goal)
    loss = settle_loss(notes, goal)
    inputs = max(1, input_count(features, dataset)) if goal.text is None else goal.text.steps
    input_shape = features.reshape or own_shape(features, dataset) or (inputs,)
    preset = settle_preset(notes) if goal.text is None else notes.take("training", "preset", otherwise=None)
    recipe = None if goal.text is not None else recipe_for(notes, preset, training_rows=training_rows)
    if goal.text is not None:
        network = settle_translator(notes, goal, goal.text, link=link_of(loss))
    else:
        is_scaled = features.target_scaling != "none"
        network = settle_network(
            notes,
            goal,
            training_rows=training_rows,
            link=link_of(loss),
            input_shape=input_shape,
            is_scaled=is_scaled,
            recipe=recipe,
        )
    training = settle_training(
        notes,
        goal,
        loss,
        seed=seed,
        training_rows=training_rows,
        metrics=tracking.metrics,
        layers=tuple(layer.name for layer in network.layers),
        is_validated=validation_rows > 0 or split.validation_share != 0,
        preset=preset,
        recipe=recipe,
    )
    if training.augmentation is not None:
        training = replace(training, augmentation=settle_augmentation(notes, input_shape))
    if validation is not None:
        rule = training.early_stopping
        check_ranking(notes, goal, validation, None if rule is None else rule.metric)
    if training.sample_weight is not None:
        check_sample_weight(notes, training.sample_weight, goal, dataset)
    if start is not None:
        training = replace(training, init_from=settle_init_from(notes, start))
    spec = Spec(
        dataset_id=notes.take("dataset_id", otherwise=dataset.id),
        target=goal.target,
        task=goal.task,
        features=features,
        split=split,
        network=network,
        training=training,
        tracking=tracking,
        **_labels(notes),
    )
    sizes = Sizes(
        inputs=inputs,
        outputs=goal.outputs,
        training_rows=training_rows,
        validation_rows=validation_rows,
        input_shape=input_shape,
        test_rows=rows.test,
        output_shape=goal.output_shape,
    )
    return spec, sizes


def _mention_doubts(notes: Notes, dataset: DatasetFacts, features: Features, goal: Goal) -> None:
    """Warn of what was noticed about the columns that are learned from and predicted."""
    is_checked = dataset.leaks is not None and goal.text is None and not set(goal.names) <= set(features.include)
    targets = goal.names if is_checked else ()
    leaks = [(name, target) for target in targets for name in (dataset.leaks(target) if dataset.leaks else ())]
    mention_leaks(notes, features, [(name, target) for name, target in leaks if name in features.include])
    for warning in islice(dataset.doubts({*features.include, *goal.names}), MOST_REPEATED):
        notes.repeat(warning, targets=goal.names)


def leaves(value: object, place: str = "") -> list[str]:
    """List the pointers of all values that hold no others, in order; `metadata` counts as one."""
    found: list[str] = []
    _add_leaves(found, value, place)
    return found


def _add_leaves(found: list[str], value: object, place: str) -> None:
    if isinstance(value, dict) and value and place != "/metadata":
        for key, item in value.items():
            _add_leaves(found, item, f"{place}/{escape(str(key))}")
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            _add_leaves(found, item, f"{place}/{index}")
    else:
        found.append(place)


def _labels(notes: Notes) -> dict[str, Any]:
    """Return what is for people: it decides nothing about the weights."""
    tags = tuple(notes.given.body.get("tags", ()))
    for index, _ in enumerate(tags):
        notes.note(("tags", index), "given")
    if not tags:
        notes.note(("tags",), "given" if "tags" in notes.given.body else "default")
    return {
        "name": notes.take("name", otherwise=None),
        "tags": tags,
        "metadata": notes.take("metadata", otherwise={}),
        "priority": notes.take("priority", otherwise=0),
    }
