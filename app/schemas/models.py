"""The form of the JSON about models."""

from typing import Any

from marshmallow import Schema, ValidationError, validate, validates_schema
from marshmallow import fields as f

from app.schemas.shared import NAME_RULES, PageQuerySchema, PositiveNumber, Time, WholeNumber, known, later, plain_text
from exports import FORMATS


class ModelSchema(Schema):
    """A trained network: weights, spec and fitted preprocessing."""

    id = f.String(**known("Starts with `mdl_`."))
    object = f.Constant("model", **known("Always `model`."))
    name = f.String(**later("Its name, at first that of its job; several models of one name are its versions."))
    version = f.Integer(**later("Its number among those of its name, from 1; `null` without a name."))
    aliases = f.List(f.String(), **known("Words that mean this version: `name@alias` is an address of it."))
    description = f.String(**later("What it is for, in your words."))
    tags = f.List(f.String(), **known("Yours; at first those of its job."))
    parents = f.List(
        f.Dict(keys=f.String()),
        **known("`relation` (`continued`, `retried`, `started_from`), `id` and `checkpoint_id` of what it came from."),
    )
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


class ModelChangeSchema(Schema):
    """What may change of a model."""

    name = f.String(
        validate=NAME_RULES,
        allow_none=True,
        metadata={"description": "Another name; the model becomes its next version. `null` takes the name away."},
    )
    description = f.String(
        validate=(validate.Length(max=10_000), plain_text),
        allow_none=True,
        metadata={"description": "What it is for; up to 10 000 characters."},
    )
    tags = f.List(
        f.String(validate=NAME_RULES), validate=validate.Length(max=50), metadata={"description": "Up to 50 words."}
    )


class ModelSpecSchema(Schema):
    """What a model was trained as."""

    object = f.Constant("spec", **known("Always `spec`."))
    model_id = f.String(**known("The model."))
    given = f.Dict(keys=f.String(), **later("The job's body as it was sent; `null` where that is not known any more."))
    resolved = f.Dict(keys=f.String(), **known("Every value that was used."))
    provenance = f.Dict(keys=f.String(), **later("Where each value came from, by JSON Pointer, with the reason."))


class ModelCardSchema(Schema):
    """What is known of a model."""

    object = f.Constant("model_card", **known("Always `model_card`."))
    model = f.Dict(keys=f.String(), **known("What it is: as `GET /v1/models/{id}` shows it."))
    data = f.Dict(keys=f.String(), **known("The dataset that it learned from, with its digest, as it was then."))
    split = f.Dict(keys=f.String(), **later("How many rows were where, and the digest of their numbers."))
    spec = f.Dict(keys=f.String(), **known("`digest` of the resolved spec, as canonical JSON."))
    seed = f.Integer(**later("What all random draws of the training came from."))
    trained_by = f.String(**later("The job that trained it, also if that is deleted."))
    parents = f.List(f.Dict(keys=f.String()), **known("What it came from."))
    environment = f.Dict(keys=f.String(), **later("Libraries and processor of the worker."))
    metrics = f.Dict(keys=f.String(), **known("Its metrics at the end of training."))
    evaluation = f.Dict(keys=f.String(), **later("What its evaluation found, beside simple models."))
    limits = f.List(f.String(), **known("What it must not be trusted with."))


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
    version = WholeNumber(validate=validate.Range(1, 2**31 - 1), metadata={"description": "Only this version."})
    alias = f.String(metadata={"description": "Only models that an alias of this word means."})


class RowsField(f.Raw):
    """Rows, each an object or a list: looked at one by one, and left as they are."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        value = super()._deserialize(value, attr, data, **kwargs)
        if not isinstance(value, list):
            raise ValidationError("Not a valid list.")
        wrong = next((index for index, row in enumerate(value) if not isinstance(row, dict | list)), None)
        if wrong is not None:
            raise ValidationError({wrong: ["Not a valid row: an object, or a list of values."]})
        return value


A_LEVEL = validate.Range(0, 1, min_inclusive=False, max_inclusive=False)
INTERVAL = "Also give what holds the truth with this probability: `set`, or `low` and `high`."
KEPT = "Give the columns of each row back with its answer."


class PredictSchema(Schema):
    """Rows to predict."""

    rows = RowsField(
        metadata={
            "description": "Raw rows, column → value as in the dataset, or lists of values in the order of the model's "
            "`features`; 10 000 at most.",
            "type": "array",
            "items": {
                "oneOf": [{"type": "object", "additionalProperties": {}}, {"type": "array", "items": {}}],
            },
        },
    )
    dataset_id = f.String(metadata={"description": "Predict the rows of this dataset instead."})
    interval = f.Float(load_default=None, allow_none=True, validate=A_LEVEL, metadata={"description": INTERVAL})
    keep_columns = f.Boolean(load_default=False, truthy={True}, falsy={False}, metadata={"description": KEPT})

    @validates_schema
    def _names_rows_once(self, data: dict[str, Any], **_: Any) -> None:
        if ("dataset_id" in data) == ("rows" in data):
            raise ValidationError("Missing data for required field." if "rows" not in data else NOT_BOTH, "rows")


NOT_BOTH = "Name either rows or a dataset."


class PredictRowsSchema(PredictSchema):
    """Rows to predict with a checkpoint."""

    class Meta:
        """Without what only models have."""

        exclude = ("dataset_id",)


class PredictQuerySchema(Schema):
    """What to tell of each row, where the body is a file."""

    interval = PositiveNumber(load_default=None, validate=A_LEVEL, metadata={"description": INTERVAL})
    keep_columns = f.Boolean(load_default=False, metadata={"description": KEPT})


class AnswersSchema(Schema):
    """One prediction per row, in their order."""

    object = f.Constant("predictions", **known("Always `predictions`."))
    predictions = f.List(
        f.Dict(keys=f.String()),
        **known(
            "`label` and `probabilities` for a classifier, `value` for a number, `text` for a translation; of several "
            "targets `values`, or `labels` and `probabilities`: by column, or in the order of a vector. With "
            "`interval` also `set`, or `low` and `high`; with `keep_columns` also `row`."
        ),
    )


class PredictionsSchema(AnswersSchema):
    """One prediction per row, by a model."""

    model_id = f.String(**known("The model that answered."))


class CheckpointPredictionsSchema(AnswersSchema):
    """One prediction per row, by a checkpoint."""

    checkpoint_id = f.String(**known("The checkpoint that answered."))
