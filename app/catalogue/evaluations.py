"""Errors of evaluations and intervals: models and rows that cannot be judged."""

from http import HTTPStatus as S

from app.catalogue.entries import Entry

EVALUATIONS = (
    Entry(
        "not_found.evaluation",
        S.NOT_FOUND,
        "There is no such evaluation",
        "No evaluation of this model has the id; it went with its model, or belongs to another one.",
        "`GET /v1/models/{id}/evaluations` lists those that there are.",
        "There is no evaluation `eval_01jd0000000000000000000000`.",
    ),
    Entry(
        "evaluation.task_unsupported",
        S.UNPROCESSABLE_ENTITY,
        "Such models are not evaluated",
        "Models that answer with classes or numbers are evaluated, up to 100 in a row; texts are not.",
        "Predict rows whose answers you know, and compare.",
        "Model `mdl_01jd0000000000000000000000` answers with translations.",
    ),
    Entry(
        "evaluation.no_rows",
        S.UNPROCESSABLE_ENTITY,
        "No rows were held out",
        "The training had no such part: `split` of the job says how many rows are held out, for what.",
        "Name other rows by `dataset_id`, or train with `split.validation_share` or `split.test_share`.",
        "The training held out no rows for `test`.",
    ),
    Entry(
        "evaluation.data_changed",
        S.CONFLICT,
        "The rows are not those of the training any more",
        "The dataset was told to be read in another way after the training, so the split cannot be made again.",
        "Name rows that the model never saw by the `dataset_id` of a dataset of their own.",
        "Dataset `ds_01jd0000000000000000000000` is read in another way now than when the job was made.",
    ),
    Entry(
        "model.no_intervals",
        S.UNPROCESSABLE_ENTITY,
        "The model gives no such sets or intervals",
        "They are made from validation rows: n of them promise n / (n + 1) at most, none promise nothing.",
        "Ask for a lower `interval`, or train with more validation rows.",
        "9 validation rows promise 0.9 at most; asked was 0.95.",
    ),
)
