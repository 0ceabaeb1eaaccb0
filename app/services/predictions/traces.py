"""Traces: one step of training on rows with their answers, with every value that passes through."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

import neural
import specs
from app.errors import refuse
from app.services.checkpoint_models import CheckpointModel
from app.services.predictions.rows import placed, stored
from datasets import Preprocessing
from datasets.errors import DatasetError
from datasets.preprocessing.target_rows import targets_from_rows
from exports import TrainedModel
from exports.states import read_state
from neural import Examples, TrainingPlan, TrainingState
from neural.network.weights import split_members
from neural.training.trace import Trace, TracedLayer, trace
from store import Store

MOST_ROWS = 32
MOST_VALUES = 200_000
View = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]


def of_model(store: Store, digest: str, rows: Rows) -> View:
    """Trace one step from a model's weights, with an optimizer that begins; refuses what would be too much to show."""
    trained = stored(store, digest)
    return _traced(trained, rows, None)


def of_checkpoint(source: CheckpointModel, rows: Rows) -> View:
    """Trace one step from a checkpoint's weights, with its optimizer as it was."""
    trained = source.load()
    arrays = read_state(source.store.blobs.read(source.digest))
    return _traced(trained, rows, TrainingState.from_arrays(arrays))


def _traced(trained: TrainedModel, rows: Rows, state: TrainingState | None) -> View:
    spec = specs.Spec.from_json(trained.spec)
    preprocessing = Preprocessing.from_json(trained.preprocessing)
    if spec.task == "translation":
        raise refuse(
            "evaluation.task_unsupported",
            "The model writes texts; steps of models that answer with classes or numbers are traced.",
            found=spec.task,
        )
    network = specs.build_network(spec, preprocessing.input_shape, preprocessing.output_shape)
    _refuse_much(network, len(rows))
    try:
        x = preprocessing.transform(rows).astype(np.float64)
        y = targets_from_rows(preprocessing.target, rows)
    except DatasetError as error:
        raise placed(error) from error
    plan = specs.build_plan(spec)
    if plan.members > 1:
        plan, state = replace(plan, members=1), None
    weights = state.parameters if state is not None else neural.flatten(network, trained.arrays, "float64")
    weights = split_members(network, weights)[0]
    return _shown(trace(network, plan, weights, Examples(x, y), state=state), network, plan, len(rows))


def _refuse_much(network: neural.Network, rows: int) -> None:
    if not 0 < rows <= MOST_ROWS:
        raise refuse(
            "limit.too_many_rows",
            f"{rows} rows are to be traced; 1 to {MOST_ROWS} are.",
            pointer="/rows",
            found=rows,
            expected=f"1 to {MOST_ROWS}",
        )
    values = 3 * network.parameter_count + 4 * rows * sum(map(prod, network.shapes))
    if values > MOST_VALUES:
        raise refuse(
            "limit.too_many_rows",
            f"A trace of {rows} rows has about {values} numbers; {MOST_VALUES} are shown at most.",
            pointer="/rows",
            found=values,
            expected=f"<= {MOST_VALUES}",
            hint="Send fewer rows, or train a smaller network to look into.",
        )


def _shown(found: Trace, network: neural.Network, plan: TrainingPlan, rows: int) -> View:
    return {
        "object": "trace",
        "row_count": rows,
        "loss": {"name": plan.loss.key, "value": finite(np.array(found.loss))},
        "optimizer": {"name": plan.optimizer.key, "learning_rate": found.learning_rate},
        "layers": [_layer(each) for each in found.layers],
        "parameters": network.parameter_count,
    }


def _layer(layer: TracedLayer) -> View:
    return {
        "name": layer.name,
        "type": layer.type,
        "function": layer.function,
        "reads": list(layer.reads),
        "x": [finite(each) for each in layer.xs],
        **{name: finite(getattr(layer, name)) for name in ("z", "a", "da", "dz")},
        "parameters": {
            name: {part: finite(getattr(own, part)) for part in ("value", "gradient", "update")}
            for name, own in layer.parameters.items()
        },
    }


def finite(values: np.ndarray | None) -> Any:
    """Return numbers as JSON has them: `null` for what is none."""
    if values is None:
        return None
    if np.isfinite(values).all():
        return values.tolist()
    return np.where(np.isfinite(values), values.astype(object), np.array(None)).tolist()
