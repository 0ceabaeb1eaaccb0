"""The form of the JSON about models."""

from marshmallow import Schema
from marshmallow import fields as f

from app.schemas.shared import PageQuerySchema, Time, known, later
from exports import FORMATS


class ModelSchema(Schema):
    """A trained network: weights, spec and fitted preprocessing."""

    id = f.String(**known("Starts with `mdl_`."))
    object = f.Constant("model", **known("Always `model`."))
    name = f.String(**later("The name of its job."))
    job_id = f.String(**later("The job that trained it; `null` once that is deleted."))
    dataset_id = f.String(**later("The dataset it learned from."))
    task = f.String(**known("What it answers: `binary`, `multiclass`, `multilabel`, `regression` or `translation`."))
    target = f.Raw(
        required=True,
        metadata={
            "description": "The column it predicts, or a list of them.",
            "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        },
    )
    features = f.List(f.String(), **known("The columns a row to predict must have."))
    classes = f.List(f.String(), **later("What it tells apart; `null` where numbers or several answers are predicted."))
    parameters = f.Integer(**known("How many numbers it learned."))
    metrics = f.Dict(keys=f.String(), **known("Its metrics at the end of training."))
    weights = f.Dict(keys=f.String(), **known("`digest` (SHA-256) and `size_bytes` of the safetensors file."))
    created_at = Time(**known("RFC 3339, UTC."))
    urls = f.Dict(keys=f.String(), values=f.String(allow_none=True), **known("Where its parts are."))


class WeightsQuerySchema(Schema):
    """In which file format to send the weights."""

    format = f.String(
        load_default="safetensors",
        metadata={"description": "The file format.", "enum": list(FORMATS)},
    )


class ModelListQuerySchema(PageQuerySchema):
    """Which models to list."""

    job_id = f.String(metadata={"description": "Only the model of this job."})
    dataset_id = f.String(metadata={"description": "Only models that learned from this dataset."})
    name = f.String(metadata={"description": "Only models with exactly this name."})


class PredictSchema(Schema):
    """Rows to predict."""

    rows = f.List(
        f.Dict(keys=f.String()),
        required=True,
        metadata={"description": "Raw rows, column → value, as in the dataset; 10 000 at most."},
    )


class AnswersSchema(Schema):
    """One prediction per row, in their order."""

    object = f.Constant("predictions", **known("Always `predictions`."))
    predictions = f.List(
        f.Dict(keys=f.String()),
        **known(
            "`label` and `probabilities` for a classifier, `value` for a number, `text` for a translation; of several "
            "targets `values`, or `labels` and `probabilities`: by column, or in the order of a vector."
        ),
    )


class PredictionsSchema(AnswersSchema):
    """One prediction per row, by a model."""

    model_id = f.String(**known("The model that answered."))


class CheckpointPredictionsSchema(AnswersSchema):
    """One prediction per row, by a checkpoint."""

    checkpoint_id = f.String(**known("The checkpoint that answered."))
