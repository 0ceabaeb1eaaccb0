"""Everything that one attempt learns from: the network, the plan, and the rows as arrays."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import specs
from datasets import Column, Prepared, Preprocessing, open_prepared
from exports import TrainedModel
from neural import Examples, Network, TrainingPlan, flatten, initialize, named_arrays, streams
from specs import Spec
from store import Store
from store.claims import Claim
from store.errors import NotFound
from store.tables import Dataset
from worker.cache import cached, is_whole
from worker.progress import Extent
from worker.rows import are_stored, stored
from worker.starting import fetch


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What is trained on what; the same claim gives the same lesson on every worker."""

    spec: Spec
    resolved: dict[str, Any]
    network: Network
    plan: TrainingPlan
    preprocessing: Preprocessing
    training: Examples
    validation: Examples | None
    test: Examples | None = None
    start: Callable[[], TrainedModel] | None = None  # fetches the weights of `training.init_from`

    @property
    def extent(self) -> Extent:
        """How much there is to do."""
        rows, plan = len(self.training), self.plan
        watched = plan.watched(with_validation=self.validation is not None)
        return Extent(
            epochs=plan.epochs,
            steps=plan.epochs * -(-rows // plan.batch_size),
            rows=rows,
            metric=watched.metric,
            direction=watched.direction,
        )

    def initial_weights(self, dtype: str) -> np.ndarray:
        """Draw the weights that training starts from, or fetch them; raises NotFound and ShapeError."""
        if self.start is not None:
            return flatten(self.network, self.start().arrays, dtype)
        return initialize(self.network, streams(self.plan.seed).initialization, dtype)

    def as_model(self, weights: np.ndarray) -> TrainedModel:
        """Give the weights their names, and what is needed to use them."""
        arrays = named_arrays(self.network, weights)
        return TrainedModel(arrays=arrays, spec=self.resolved, preprocessing=self.preprocessing.to_json())


def load(store: Store, claim: Claim) -> Lesson:
    """Fetch the prepared table, split it, fit the preprocessing on the training rows, and build the network."""
    spec = Spec.from_json(claim.spec)
    path, other = table_file(store, claim.prepared_digest), _validation(store, spec)
    columns, rows = [Column.from_json(column) for column in claim.columns], open_prepared(path).num_rows
    if are_stored(path, columns, rows, spec):
        fitted, training, validation, test = stored(path, other, columns, spec, store.settings.home / "cache")
        preprocessing = fitted.preprocessing
    else:
        prepared = specs.prepare(open_prepared(path), columns, spec, None if other is None else open_prepared(other))
        preprocessing, (training, validation, test) = prepared.preprocessing, _parts(prepared)
    return Lesson(
        spec=spec,
        resolved=claim.spec,
        network=specs.build_network(spec, preprocessing.input_shape, preprocessing.output_shape),
        plan=replace(specs.build_plan(spec), units=preprocessing.target.units),  # the network sees scaled targets
        preprocessing=preprocessing,
        training=training,
        validation=validation,
        test=test,
        start=None if spec.training.init_from is None else partial(fetch, store, claim, spec.training.init_from),
    )


def _parts(prepared: Prepared) -> tuple[Examples, Examples | None, Examples | None]:
    return (
        Examples(prepared.training_x, prepared.training_y, prepared.training_weights),
        Examples(prepared.validation_x, prepared.validation_y) if len(prepared.validation_x) else None,
        Examples(prepared.test_x, prepared.test_y) if len(prepared.test_x) else None,
    )


def table_file(store: Store, digest: str) -> Path:
    """Give the path of a prepared table, verified: where the store has it on this disk, else in the worker's cache."""
    local = store.blobs.local(digest)
    if local is not None and is_whole(local, digest):
        return local
    return cached(store.settings.home / "cache", digest, store.blobs.stream)


def _validation(store: Store, spec: Spec) -> Path | None:
    """Fetch the table of the second dataset, where the spec names one; raises NotFound if it was deleted."""
    if spec.split.validation_dataset_id is None:
        return None
    with store.database.reading() as session:
        dataset = session.get(Dataset, spec.split.validation_dataset_id)
        if dataset is None:
            raise NotFound("dataset", spec.split.validation_dataset_id)
        digest = dataset.prepared_digest
    return table_file(store, digest)
