"""Everything that one attempt learns from: the network, the plan, and the rows as arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np

import specs
from datasets import Column, Preprocessing, open_prepared, prepare_examples
from exports import TrainedModel
from neural import Examples, Network, TrainingPlan, initialize, named_arrays, streams
from specs import Spec
from store import Store
from store.claims import Claim
from worker.cache import cached
from worker.progress import Extent

IN_THE_TARGETS_UNITS = frozenset({"rmse", "mae", "val_rmse", "val_mae"})


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
        """Draw the weights that training starts from."""
        return initialize(self.network, streams(self.plan.seed).initialization, dtype)

    def in_units(self, values: dict[str, float]) -> dict[str, float]:
        """Give errors of a regression in the units of its target: the network itself sees a scaled one."""
        scale = self.preprocessing.target.scale if self.spec.task == "regression" else 1.0
        return {name: value * scale if name in IN_THE_TARGETS_UNITS else value for name, value in values.items()}

    def as_model(self, weights: np.ndarray) -> TrainedModel:
        """Give the weights their names, and what is needed to use them."""
        arrays = named_arrays(self.network, weights)
        return TrainedModel(arrays=arrays, spec=self.resolved, preprocessing=self.preprocessing.to_json())


def load(store: Store, claim: Claim) -> Lesson:
    """Fetch the prepared table, split it, fit the preprocessing on the training rows, and build the network."""
    spec = Spec.from_json(claim.spec)
    path = cached(store.settings.home / "cache", claim.prepared_digest, store.blobs.stream)
    prepared = prepare_examples(
        open_prepared(path),
        [Column.from_json(column) for column in claim.columns],
        target=spec.target,
        task=spec.task,
        include=spec.features.include,
        kinds=spec.features.kinds,
        scaling=spec.features.scaling,
        missing=spec.features.missing,
        max_categories=spec.features.max_categories,
        split_seed=spec.split.seed,
        validation_share=spec.split.validation_share,
        stratify=spec.split.stratify,
    )
    preprocessing = prepared.preprocessing
    return Lesson(
        spec=spec,
        resolved=claim.spec,
        network=specs.build_network(spec, preprocessing.width, preprocessing.output_width),
        plan=specs.build_plan(spec),
        preprocessing=preprocessing,
        training=Examples(prepared.training_x, prepared.training_y),
        validation=Examples(prepared.validation_x, prepared.validation_y) if len(prepared.validation_x) else None,
    )
