"""The training job of an attempt: its network, its plan, and its rows as arrays."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import specs
from datasets import Column, Preprocessing, Split, TrainingArrays, open_prepared
from exports import TrainedModel
from models import Conformal, Predictor
from neural import Examples, Network, TrainingPlan, Units, flatten, initialize, named_arrays, streams
from specs import Spec
from store import Store
from store.database.tables import Dataset
from store.errors import NotFound
from store.jobs.claims import Claim
from store.jobs.readings import refuse_changed
from worker.attempt.initial_weights import check_alignment, fetch
from worker.attempt.reporting.progress import Extent
from worker.attempt.rows_on_disk import are_stored, stored


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """What is trained on what; the same claim gives the same on every worker."""

    spec: Spec
    resolved: dict[str, Any]
    network: Network
    plan: TrainingPlan
    preprocessing: Preprocessing
    training: Examples
    validation: Examples | None
    test: Examples | None = None
    split: dict[str, Any] | None = None
    fetch_weights: Callable[[], TrainedModel] | None = None  # of `training.init_from`

    @property
    def extent(self) -> Extent:
        """How much there is to do."""
        rows, plan = len(self.training), self.plan
        watched = plan.watched(with_validation=self.validation is not None)
        return Extent(
            epochs=plan.epochs,
            steps=plan.members * plan.epochs * -(-rows // plan.batch_size),
            rows=rows,
            metric=watched.metric,
            direction=watched.direction,
        )

    def initial_weights(self, dtype: str) -> np.ndarray:
        """Draw the weights that training starts from, or fetch them; raises NotFound, ShapeError and ColumnsChanged.

        Of several members, those that are drawn are the first one's.
        """
        if self.fetch_weights is not None:
            found = self.fetch_weights()
            check_alignment(Preprocessing.from_json(found.preprocessing), self.preprocessing)
            return flatten(self.network, found.arrays, dtype)
        return initialize(self.network, streams(self.plan.seed).initialization, dtype)

    def as_model(self, weights: np.ndarray, conformal: Conformal | None = None) -> TrainedModel:
        """Give the weights their names, and what is needed to use them."""
        return TrainedModel(
            arrays=named_arrays(self.network, weights),
            spec=self.resolved,
            preprocessing=self.preprocessing.to_json(),
            calibration=None if conformal is None else conformal.to_json(),
        )

    def predictor(self, weights: np.ndarray, conformal: Conformal | None = None) -> Predictor:
        """Make ready to answer rows."""
        return Predictor(
            network=self.network,
            weights=weights,
            preprocessing=self.preprocessing,
            loss=self.plan.loss,
            conformal=conformal,
        )


def load(store: Store, claim: Claim) -> TrainingJob:
    """Fetch the prepared table, split it, fit the preprocessing on the training rows, and build the network.

    Raises ReadingChanged where a dataset is read in another way than the job was planned with.
    """
    with store.database.reading() as session:
        refuse_changed(session, claim.project_id, claim.readings)
    spec = Spec.from_json(claim.spec)
    source = spec.training.init_from
    path, other = table_file(store, claim.prepared_digest), _validation(store, spec)
    columns, rows = [Column.from_json(column) for column in claim.columns], open_prepared(path).num_rows
    if are_stored(path, columns, rows, spec):
        fitted, training, validation, test = stored(path, other, columns, spec, store.settings.home / "cache")
        preprocessing, split = fitted.preprocessing, fitted.split
    else:
        prepared = specs.prepare(open_prepared(path), columns, spec, None if other is None else open_prepared(other))
        preprocessing, split = prepared.preprocessing, prepared.split
        training, validation, test = _parts(prepared)
    return TrainingJob(
        spec=spec,
        resolved=claim.spec,
        network=specs.build_network(spec, preprocessing.input_shape, preprocessing.output_shape),
        plan=replace(specs.build_plan(spec), units=Units(*preprocessing.target.units)),  # it sees scaled targets
        preprocessing=preprocessing,
        training=training,
        validation=validation,
        test=test,
        split=_told(split),
        fetch_weights=None if source is None else partial(fetch, store, claim, source),
    )


def _parts(prepared: TrainingArrays) -> tuple[Examples, Examples | None, Examples | None]:
    return (
        Examples(prepared.training_x, prepared.training_y, prepared.training_weights),
        Examples(prepared.validation_x, prepared.validation_y) if len(prepared.validation_x) else None,
        Examples(prepared.test_x, prepared.test_y) if len(prepared.test_x) else None,
    )


def _told(split: Split) -> dict[str, Any]:
    """Count the rows of each part, and name which they are by the digest of their numbers."""
    parts = {name: getattr(split, name) for name in ("training", "validation", "test")}
    numbers = hashlib.sha256()
    for rows in parts.values():
        numbers.update(len(rows).to_bytes(8, "little") + np.asarray(rows, "<i8").tobytes())
    return {"digest": f"sha256:{numbers.hexdigest()}", **{name: len(rows) for name, rows in parts.items()}}


def table_file(store: Store, digest: str) -> Path:
    """Give the path of a prepared table, hashed now: a result must not depend on what happened to a disk meanwhile."""
    return store.tables.path(digest, hash_again=True)


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
