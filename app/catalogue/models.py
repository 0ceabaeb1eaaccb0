"""Errors of models as things of their own: names, versions, aliases."""

from http import HTTPStatus as S

from app.catalogue.entries import Entry

MODELS = (
    Entry(
        "model.has_alias",
        S.CONFLICT,
        "An alias means this model",
        "While a word like `production` means it, a model is not deleted, and does not change its name.",
        "Move the alias to another version, or delete it: `/v1/models/{id}/aliases/{alias}`.",
        "Model `mdl_01jd0000000000000000000000` is `iris@production`.",
    ),
    Entry(
        "model.no_name",
        S.CONFLICT,
        "The model has no name",
        "Aliases belong to a name, of which each model is a version.",
        "Give it a name with PATCH.",
        "Model `mdl_01jd0000000000000000000000` has no name, so it has no aliases.",
    ),
    Entry(
        "model.bad_alias",
        S.UNPROCESSABLE_ENTITY,
        "That is no alias",
        "An alias has 1 to 63 of a-z, 0-9, _ and -, the first a letter: a number means a version.",
        "Use a word like `production`.",
        "`Production!` is no alias.",
    ),
)
