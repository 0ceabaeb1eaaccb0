"""Errors of things and places: what is not there, not ready or in use, limits, and the server's own troubles."""

from http import HTTPStatus as S

from app.catalogue.entries import Entry

RESOURCES = (
    Entry(
        "not_found.path",
        S.NOT_FOUND,
        "There is nothing at this address",
        "No part of the service answers there.",
        "`/docs` lists every address.",
        "There is nothing at `/v1/dataset`.",
    ),
    *(
        Entry(
            f"not_found.{kind}",
            S.NOT_FOUND,
            f"There is no such {kind}",
            f"No {kind} of this project has the id; it may have been deleted, or belong to another project.",
            f"`GET /v1/{kind}s` lists those that there are.",
            f"There is no {kind} `{prefix}01jd0000000000000000000000`.",
        )
        for kind, prefix in (("dataset", "ds_"), ("job", "job_"), ("model", "mdl_"), ("key", "key_"))
    ),
    Entry(
        "id.wrong_kind",
        S.UNPROCESSABLE_ENTITY,
        "The id names something else",
        "Ids carry their kind: `ds_` for datasets, `job_` for jobs, `mdl_` for models.",
        "Use an id of the kind that is asked for.",
        "`job_01jd0000000000000000000000` is a job id; a dataset id starts with `ds_`.",
    ),
    Entry(
        "dataset.in_use",
        S.CONFLICT,
        "The dataset is in use",
        "Jobs or models refer to the dataset, so it cannot be deleted.",
        "Delete those jobs and models first.",
        "Dataset `ds_01jd0000000000000000000000` is used by 2 jobs and 1 model.",
    ),
    Entry(
        "job.wrong_state",
        S.CONFLICT,
        "The job's status does not allow this",
        "What was asked is possible only in other statuses; a finished job, for example, cannot be cancelled.",
        "Read the job first.",
        "Job `job_01jd0000000000000000000000` is succeeded; it cannot be cancelled.",
    ),
    Entry(
        "model.not_ready",
        S.CONFLICT,
        "The model does not exist yet",
        "A model appears when its job has succeeded.",
        "Wait for the job: `GET /v1/jobs/{id}?wait=30`.",
        "The model appears when job `job_01jd0000000000000000000000` is done.",
    ),
    Entry(
        "model.unknown_format",
        S.UNPROCESSABLE_ENTITY,
        "There is no such file format",
        "Weights are written in the formats that the answer lists.",
        "Use one of them.",
        "There is no weights format `pickle`; there are `npz`, `safetensors`.",
    ),
    Entry(
        "model.unreadable",
        S.UNPROCESSABLE_ENTITY,
        "The file is not a model",
        "The bytes are not a weights file of this service, or a later version wrote them.",
        "Send a file that this service wrote.",
        "The bytes are not a model file.",
    ),
    Entry(
        "limit.queue_full",
        S.SERVICE_UNAVAILABLE,
        "Too many jobs are waiting",
        "The queue is full; the job was not accepted and nothing was stored.",
        "Send it again after `Retry-After` seconds.",
        "10000 jobs are waiting; the limit is 10000.",
    ),
    Entry(
        "limit.too_many_rows",
        S.UNPROCESSABLE_ENTITY,
        "Too many rows in one request",
        "One request may carry only so many rows.",
        "Send them in several requests.",
        "The request has 20000 rows; the limit is 10000.",
    ),
    Entry(
        "server.unavailable",
        S.SERVICE_UNAVAILABLE,
        "A part of the service does not answer",
        "The database is away or busy. Nothing was changed.",
        "Send the request again after `Retry-After` seconds.",
        "The database does not answer.",
    ),
    Entry(
        "server.blob_damaged",
        S.INTERNAL_SERVER_ERROR,
        "Stored bytes are missing or damaged",
        "What is stored is not what was written; none of it is handed out.",
        "Tell the operator; the request id leads to the details in the log.",
        "The stored bytes are damaged.",
    ),
    Entry(
        "server.bug",
        S.INTERNAL_SERVER_ERROR,
        "A fault of the service",
        "Something happened that the service was not made for. It is not the request's fault.",
        "Report the request id; it leads to the details in the log.",
        "The service failed on this request; the details are in its log under the request id.",
    ),
)
