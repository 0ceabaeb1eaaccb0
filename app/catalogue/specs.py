"""Errors of job bodies: what a spec can have wrong with it."""

from http import HTTPStatus as S

from app.catalogue.entries import Entry

SPECS = tuple(
    Entry(f"spec.{code}", S.UNPROCESSABLE_ENTITY, title, explanation, fix, example)
    for code, title, explanation, fix, example in (
        (
            "unknown_field",
            "A field is not known",
            (
                "Objects are closed: a field that is not known is refused rather than ignored, since it may be a "
                "typing error."
            ),
            "See `allowed` and `suggestion` in the answer.",
            "`hiden` is not a field of `network`.",
        ),
        (
            "missing_field",
            "A field is missing",
            "A field that has no default and cannot be inferred was left out.",
            "Add it.",
            "`dataset_id` is missing.",
        ),
        (
            "wrong_type",
            "A value has the wrong type",
            "The value is, for example, text where a whole number is needed.",
            "See `expected` in the answer.",
            '`training.epochs` must be a whole number; got text "64".',
        ),
        (
            "out_of_range",
            "A value lies outside of its range",
            "The value has the right type and is too small or too large.",
            "See `expected` and `suggestion` in the answer.",
            "`split.validation_share` must be above 0 and below 1; got 20.",
        ),
        (
            "unknown_choice",
            "A name is not known",
            "Layers, activations, losses, optimizers and metrics are looked up in fixed tables.",
            "`GET /v1/capabilities` lists them; see `suggestion` in the answer.",
            "`rleu` is not a known activation.",
        ),
        (
            "import_forbidden",
            "A model brings code of its own",
            "A Keras model may name functions and classes of its author. They are never run or imported here.",
            "Use layers and functions that Keras itself has.",
            "`Lambda` stands for code of its author's own, which is never run here.",
        ),
        (
            "conflict",
            "Two fields exclude each other",
            "Both cannot hold at once.",
            "Leave one out.",
            "`network.hidden` and `network.layers` cannot both be given.",
        ),
        (
            "target_required",
            "Which column should be predicted?",
            "No column is unmistakably the target, and none is guessed.",
            "Name one as `target`; the answer lists candidates.",
            "Which column should be predicted? Name it as `target`.",
        ),
        (
            "unknown_column",
            "There is no such column",
            "The dataset has no column of this name.",
            "See `suggestion` in the answer.",
            "There is no column `speces`.",
        ),
        (
            "ambiguous_field",
            "A name means different things",
            "Different tools mean different things by this name, so it is not guessed at.",
            "Use the name that is meant; the answer lists them.",
            "`lr_decay` could be several things.",
        ),
        (
            "shape_mismatch",
            "Shapes do not fit together",
            "A layer gives another number of values than what follows needs.",
            'Leave the number out (it is inferred), or say "auto".',
            "The last layer gives 3 values; the target has 4 classes.",
        ),
        (
            "loss_mismatch",
            "The loss does not fit the task",
            "Each loss needs targets of a certain kind.",
            "Leave `training.loss` out: the right one is inferred.",
            "`binary_crossentropy` needs two classes; the target has 3.",
        ),
        (
            "too_big",
            "The network does not fit into memory",
            "The estimate of the memory that training needs exceeds the limit; nothing was started.",
            "Use smaller layers or batches; `GET /v1/limits` tells the limits.",
            "Training needs about 9.1 GB; the limit is 4.3 GB.",
        ),
        (
            "too_many_parameters",
            "The network has too many parameters",
            "Whoever runs this service allows networks up to a number of parameters; nothing was started.",
            "Use smaller layers, or fewer of them; `GET /v1/limits` tells the limits.",
            "The network has 739 parameters, and 500 are allowed; `dense_2` takes the most, 528.",
        ),
        (
            "not_supported_yet",
            "This is not supported yet",
            "The field is known and nothing acts on it yet; it is refused rather than ignored.",
            "Leave it out.",
            "`training.schedule` is not supported yet.",
        ),
    )
)
