"""The form of the JSON about datasets."""

from marshmallow import Schema, validate
from marshmallow import fields as f

from app.schemas.overrides import OverridesQuerySchema, OverridesSchema
from app.schemas.shared import NAME_RULES, Time, WholeNumber, known, later
from datasets import Kind


class UploadQuerySchema(OverridesQuerySchema):
    """How to call what is uploaded, how to read it, and whether only to look at what would be read."""

    name = f.String(
        load_default=None,
        validate=NAME_RULES,
        metadata={"description": "A name of your choice; the file's own when left out."},
    )
    preview = f.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "`true` answers what would be read, and stores nothing."},
    )


class RowsQuerySchema(Schema):
    """Which rows to send."""

    offset = WholeNumber(
        load_default=0,
        validate=validate.Range(0, 2**62),
        metadata={"description": "How many rows to leave out from the start."},
    )
    limit = WholeNumber(
        load_default=20,
        validate=validate.Range(1, 100),
        metadata={"description": "How many rows at most, 1 to 100."},
    )


class ColumnSchema(Schema):
    """A column of a table, as it was understood from all of its cells."""

    name = f.String(**known("As in the header."))
    kind = f.String(validate=validate.OneOf([str(kind) for kind in Kind]), **known("What its values are."))
    missing = f.Integer(**known("How many cells are empty or marked as missing."))
    distinct = f.Integer(**known("How many different values there are; a lower bound unless `distinct_exact`."))
    distinct_exact = f.Boolean(**known("Whether `distinct` is exact."))
    numeric = f.Boolean(**known("Whether its values are stored as numbers."))
    statistics = f.Dict(
        keys=f.String(),
        **known(
            "Numbers: `min`, `max`, `mean`, `std`, `quantiles`, `histogram`, and `format` where they are not plain; "
            "dates: `min`, `max`, `format`; vectors and images: `shape`; others: `top` values with counts."
        ),
    )


class PositionSchema(Schema):
    """A place in a file, counted from 1; data rows are counted below the header."""

    line = f.Integer(metadata={"description": "Line of the file."})
    row = f.Integer(metadata={"description": "Row below the header."})
    column = f.Integer(metadata={"description": "Column from the left."})
    name = f.String(metadata={"description": "The column's name."})


class DataWarningSchema(Schema):
    """Something worth knowing that stops nothing."""

    code = f.String(**known("Stable, dotted name."))
    message = f.String(**known("One sentence."))
    column = f.String(**later("The column that it is about."))
    position = f.Nested(PositionSchema, **later("The first place where it was seen."))
    patch = f.Dict(**later("What to send by PATCH, or to add to the upload, to have it read the other way."))


class CandidateSchema(Schema):
    """A column that could be predicted."""

    name = f.String(**known("The column."))
    reason = f.String(**known("Why it could be the target."))


class SuggestedJobSchema(Schema):
    """A body that `POST /v1/jobs` takes as it is."""

    dataset_id = f.String(**known("This dataset."))
    target = f.String(**known("The column to predict."))


class DatasetBriefSchema(Schema):
    """A dataset as it appears in lists: without its columns."""

    id = f.String(**known("Starts with `ds_`."))
    object = f.Constant("dataset", **known("Always `dataset`."))
    name = f.String(**known("Its name, which can be changed."))
    format = f.String(**known("What the file is."))
    row_count = f.Integer(**known("Rows, without the header."))
    column_count = f.Integer(**known("Columns."))
    size_bytes = f.Integer(**known("Size of the file."))
    digest = f.String(**known("SHA-256 of the file; the same bytes are the same dataset."))
    created_at = Time(**known("RFC 3339, UTC."))
    updated_at = Time(**known("RFC 3339, UTC."))
    urls = f.Dict(keys=f.String(), values=f.String(), **known("Where its parts are."))


class ReadTableSchema(Schema):
    """What was read in a file."""

    overrides = f.Dict(keys=f.String(), **known("What was told about how to read it."))
    dialect = f.Dict(
        keys=f.String(),
        **later(
            "What was seen in the file: of text `delimiter`, `quote`, `escape`, `comment`, `decimal`, `encoding`, "
            "`has_header`, `header_line`, `compression`, and under `sureness` how sure that is (`told`, `certain`, "
            "`likely`, `doubtful`); `arrays` of NPZ, `height`, `width`, `channels` and `resized` of images."
        ),
    )
    columns = f.List(f.Nested(ColumnSchema), **known("In the file's order."))
    warnings = f.List(f.Nested(DataWarningSchema), **known("What is worth knowing about the data."))
    target_candidates = f.List(f.Nested(CandidateSchema), **known("Columns that could be predicted, likeliest first."))


class DatasetSchema(DatasetBriefSchema, ReadTableSchema):
    """An uploaded table, whose bytes never change."""

    suggested_job = f.Nested(SuggestedJobSchema, **later("A job to post as it is, when the target is unmistakable."))


class DatasetPreviewSchema(ReadTableSchema):
    """What would be read; nothing was stored."""

    object = f.Constant("dataset_preview", **known("Always `dataset_preview`."))
    format = f.String(**known("What the file is."))
    row_count = f.Integer(**known("Rows, without the header."))
    column_count = f.Integer(**known("Columns."))
    size_bytes = f.Integer(**known("Size of the file."))
    digest = f.String(**known("SHA-256 of the file."))
    rows = f.List(f.Dict(keys=f.String()), **known("The first rows as they were understood."))


class DatasetChangeSchema(OverridesSchema):
    """What may be changed about a dataset: its name, and how its file is read."""

    name = f.String(validate=NAME_RULES, metadata={"description": "A new name."})


class RowsSchema(Schema):
    """A stretch of a table."""

    object = f.Constant("list", **known("Always `list`."))
    data = f.List(f.Dict(keys=f.String()), **known("Column → value; `null` for missing."))
    offset = WholeNumber(**known("How many rows were left out from the start."))
    row_count = f.Integer(**known("Rows in the whole table."))
    has_more = f.Boolean(**known("Whether more rows follow."))
