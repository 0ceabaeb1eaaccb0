"""Training without a service: what a worker does with a resolved job, without claims, reports and checkpoints."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import specs
from datasets import Table
from exports import TrainedModel
from neural import EpochReport, Examples, TrainingResult, Units, train
from worker.attempt.training_job import TrainingJob


def trained(document: Mapping[str, Any], table: Table) -> tuple[TrainedModel, int]:
    """Give the model of a resolved spec and the number of its epochs; a worker's has the same bytes."""
    job = training_job(specs.Spec.from_json(document), document, table)
    result: TrainingResult | None = None
    for report in train(job.network, job.plan, job.training, job.validation):
        if isinstance(report, EpochReport):
            result = report.result
    assert result is not None
    return job.as_model(result.weights), result.epochs_run


def training_job(spec: specs.Spec, document: Mapping[str, Any], table: Table) -> TrainingJob:
    """Prepare the rows and build the network as `worker.attempt.training_job.load` does."""
    prepared = specs.prepare(table.arrow, table.columns, spec)
    fitted = prepared.preprocessing
    return TrainingJob(
        spec=spec,
        resolved=dict(document),
        network=specs.build_network(spec, fitted.input_shape, fitted.output_shape),
        plan=replace(specs.build_plan(spec), units=Units(*fitted.target.units)),
        preprocessing=fitted,
        training=Examples(prepared.training_x, prepared.training_y, prepared.training_weights),
        validation=Examples(prepared.validation_x, prepared.validation_y) if len(prepared.validation_x) else None,
    )
