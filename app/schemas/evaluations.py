"""The form of the JSON about evaluations, and about the rows that a job held out."""

from typing import Any

from marshmallow import Schema, ValidationError, validate, validates_schema
from marshmallow import fields as f

from app.schemas.shared import Time, WholeNumber, known, later

MOST_SAMPLED = 10_000
HELD_OUT = ("validation", "test")


class EvaluateSchema(Schema):
    """On which rows to judge a model."""

    dataset_id = f.String(metadata={"description": "Judge on the rows of this dataset that have an answer."})
    rows = f.String(
        validate=validate.OneOf(HELD_OUT),
        metadata={"description": "Judge on rows that the training held out: `validation` or `test`."},
    )
    sample_rows = f.Integer(
        strict=True,
        validate=validate.Range(1, MOST_SAMPLED),
        metadata={"description": "Judge on so many rows, drawn at random; on all of them when left out."},
    )
    seed = f.Integer(
        strict=True,
        load_default=0,
        validate=validate.Range(0, 2**53 - 1),
        metadata={"description": "What draws rows, intervals and shuffles: the same gives the same figures."},
    )

    @validates_schema
    def _names_rows_once(self, data: dict[str, Any], **_: Any) -> None:
        if ("dataset_id" in data) == ("rows" in data):
            raise ValidationError('Name either a dataset or the rows of the training, "rows": "validation".', "rows")


class EvaluationBriefSchema(Schema):
    """How good a model was on some rows, in a few numbers."""

    id = f.String(**known("Starts with `eval_`."))
    object = f.Constant("evaluation", **known("Always `evaluation`."))
    model_id = f.String(**known("The model that was judged."))
    dataset_id = f.String(**later("Whose rows it was judged on; `null` once that is deleted."))
    rows = f.String(
        validate=validate.OneOf(["all", *HELD_OUT]), **known("`all` of a dataset, or a part of the training's split.")
    )
    row_count = f.Integer(**known("How many rows it was judged on."))
    task = f.String(**known("What the model answers: `binary`, `multiclass`, `multilabel` or `regression`."))
    target = f.Raw(
        required=True,
        metadata={
            "description": "The column that it predicts, or a list of them.",
            "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        },
    )
    metrics = f.Dict(
        keys=f.String(),
        **known(
            "`accuracy`, `balanced_accuracy`, `log_loss` and `brier`, or `rmse`, `mae` and `r2`, of several targets "
            "their means; `null` where one is not defined."
        ),
    )
    warnings = f.List(
        f.Dict(keys=f.String(), values=f.String()),
        **known("`code` and `message` of what is to be kept in mind, as that a simple model is as good."),
    )
    created_at = Time(**known("RFC 3339, UTC."))
    urls = f.Dict(keys=f.String(), values=f.String(allow_none=True), **known("Where its parts are."))


class EvaluationSchema(EvaluationBriefSchema):
    """How good a model was on some rows."""

    seed = f.Integer(**known("What drew rows, intervals and shuffles."))
    drawn_from = f.Integer(**known("How many rows with an answer there were."))
    intervals = f.Dict(
        keys=f.String(),
        **known("`low` and `high` of each of `metrics`, by bootstrap: `resamples` times rows drawn with replacement."),
    )
    coverage = f.Dict(
        keys=f.String(),
        **later(
            "How often the truth lay within the sets or intervals that the model gives, by `levels`, and how large "
            "these were; on validation rows it is what they were made from. `null` where the model has none."
        ),
    )
    baselines = f.List(
        f.Dict(keys=f.String()),
        **known(
            "`name`, `training_rows` and `metrics` of simple models on the same rows: `majority_class` and "
            "`logistic_regression`, or `mean` and `ridge_regression`."
        ),
    )
    importance = f.Dict(
        keys=f.String(),
        **later(
            "By how much the share of errors, or the RMSE, rises when one of `columns` is shuffled; `null` where there "
            "are too many columns to try each."
        ),
    )
    classes = f.List(
        f.Dict(keys=f.String()),
        **later("`precision`, `recall`, `f1`, `support`, `roc_auc` and `pr_auc` of each class; `null` for numbers."),
    )
    confusion_matrix = f.Dict(
        keys=f.String(),
        **later("`counts`, a row for each true class, a column for each answered one; `null` beyond 100 classes."),
    )
    curves = f.List(
        f.Dict(keys=f.String()),
        **later(
            "`roc` and `precision_recall` of the second of two classes, or of each against the others, the 20 most "
            "frequent ones; 101 points at most, areas over all of them."
        ),
    )
    calibration = f.Dict(
        keys=f.String(),
        **later(
            "In ten bins what was `predicted` and `observed`, for the second of two classes or the one answered; "
            "`error` is the expected calibration error."
        ),
    )
    residuals = f.Dict(
        keys=f.String(), **later("`mean`, `median` and `quantiles` of truth minus answer; `null` for classes.")
    )
    targets = f.List(
        f.Dict(keys=f.String()),
        **later(
            "Of several targets each by its name, `target`, with its `metrics` and all of the above that tells of one; "
            "`null` where there is one target."
        ),
    )


class StretchQuerySchema(Schema):
    """Which stretch of rows to send."""

    offset = WholeNumber(
        load_default=0,
        validate=validate.Range(0, 2**62),
        metadata={"description": "How many rows to leave out from the start."},
    )


class HeldOutQuerySchema(StretchQuerySchema):
    """Which held-out rows to send."""

    part = f.String(
        load_default="validation",
        validate=validate.OneOf(HELD_OUT),
        metadata={"description": "Which part of the split.", "enum": list(HELD_OUT)},
    )
    limit = WholeNumber(
        load_default=100,
        validate=validate.Range(1, 1000),
        metadata={"description": "How many rows at most, 1 to 1000."},
    )


class SplitQuerySchema(StretchQuerySchema):
    """Which part of the split to list."""

    part = f.String(
        load_default="validation",
        validate=validate.OneOf(["training", *HELD_OUT]),
        metadata={"description": "Which part of the split.", "enum": ["training", *HELD_OUT]},
    )
    limit = WholeNumber(
        load_default=1000,
        validate=validate.Range(1, 10_000),
        metadata={"description": "How many rows at most, 1 to 10 000."},
    )


class StretchSchema(Schema):
    """A stretch of the rows of a part."""

    job_id = f.String(**known("The job that split the rows."))
    part = f.String(**known("Which part of the split."))
    dataset_id = f.String(**known("The dataset that the rows are of."))
    offset = WholeNumber(**known("How many rows were left out from the start."))
    row_count = f.Integer(**known("Rows in the whole part."))
    has_more = f.Boolean(**known("Whether more rows follow."))


class HeldOutAnswerSchema(Schema):
    """A held-out row with its answers, the true one and the model's."""

    row = f.Integer(**known("Its number from 0: what `offset` of the dataset's rows is."))
    truth = f.Raw(
        required=True, allow_none=True, metadata={"description": "The cell of the target, or cells by column."}
    )
    prediction = f.Dict(keys=f.String(), **known("The answer, as `predict` gives it."))


class HeldOutAnswersSchema(StretchSchema):
    """Held-out rows with their answers, in the order of the table."""

    object = f.Constant("list", **known("Always `list`."))
    model_id = f.String(**known("The model that answered."))
    data = f.List(f.Nested(HeldOutAnswerSchema), **known("In the order of the table."))


class SplitSchema(StretchSchema):
    """Which rows were where."""

    object = f.Constant("split", **known("Always `split`."))
    counts = f.Dict(
        keys=f.String(),
        values=f.Integer(),
        **known("Rows for `training`, `validation` and `test`, and those `left_out` for want of an answer."),
    )
    data = f.List(
        f.Integer(), **known("Numbers of rows from 0, in the order of the table: what `offset` of its rows is.")
    )
