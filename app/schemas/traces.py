"""The form of the JSON about traces of a training step."""

from marshmallow import Schema
from marshmallow import fields as f

from app.schemas.shared import known, later


class TraceRowsSchema(Schema):
    """Rows to trace a step on."""

    rows = f.List(
        f.Dict(keys=f.String()),
        required=True,
        metadata={"description": "Raw rows with the model's `features` and its target, 1 to 32: one mini-batch."},
    )


class TraceSchema(Schema):
    """One step of training, with everything that passes through; arrays have the rows first."""

    object = f.Constant("trace", **known("Always `trace`."))
    row_count = f.Integer(**known("How many rows the batch has."))
    loss = f.Dict(keys=f.String(), **known("`name` and `value`: the mean over the rows, with penalties on outputs."))
    optimizer = f.Dict(keys=f.String(), **known("`name` and `learning_rate` of the step."))
    layers = f.List(
        f.Dict(keys=f.String()),
        **known(
            "`name`, `type`, `function`, `reads`; `x` (a list, one for each input), `z`, `a` = function(z); `da` and "
            "`dz`, the gradients of the loss by them; `parameters` with `value`, `gradient` and `update`. `null` where "
            "a layer keeps a value to itself."
        ),
    )
    parameters = f.Integer(**known("How many the network has."))
    model_id = f.String(**later("The model whose step it is."))
    checkpoint_id = f.String(**later("The checkpoint whose step it is."))
