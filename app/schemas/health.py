"""The form of the JSON about health."""

from marshmallow import Schema, validate
from marshmallow import fields as f

from app.schemas.shared import known


class AliveSchema(Schema):
    """The process answers."""

    status = f.Constant("alive", **known("Always `alive`."))


class ChecksSchema(Schema):
    """The parts that the service stands on."""

    database = f.String(validate=validate.OneOf(["ok"]), **known("Always `ok`; without it the answer is 503."))
    redis = f.String(validate=validate.OneOf(["ok", "away"]), **known("`away` costs speed, nothing else."))
    storage = f.String(
        validate=validate.OneOf(["ok", "full", "read_only"]),
        **known("The home folder; where it is not `ok`, what is there can be read and uploads are refused."),
    )


class ReadySchema(Schema):
    """The service can work."""

    status = f.String(
        validate=validate.OneOf(["ready", "degraded"]),
        **known("`degraded` while Redis is away, or nothing can be written."),
    )
    checks = f.Nested(ChecksSchema, **known("Each part."))
