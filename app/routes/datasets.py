"""Routes of datasets: data in, a look at it, and out again."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask.views import MethodView

from app.context import project_id, store
from app.http import downloads, idempotency, uploads
from app.http.api import Blueprint
from app.routes.examples import answers
from app.schemas.datasets import (
    DatasetBriefSchema,
    DatasetChangeSchema,
    DatasetPreviewSchema,
    DatasetSchema,
    RowsQuerySchema,
    RowsSchema,
    UploadQuerySchema,
)
from app.schemas.shared import PageQuerySchema, one_of, page_of
from app.services import datasets as services
from app.services.files import file_to_send
from app.services.files.rows_as_csv import csv_rows
from app.services.idempotency import Repeats
from app.views.json_text import dumps_once

datasets = Blueprint("datasets", __name__, description="Tables to learn from.")

Query = Mapping[str, Any]


@datasets.route("/v1/datasets")
class Datasets(MethodView):
    """All datasets of the project."""

    @datasets.arguments(PageQuerySchema, location="query")
    @datasets.response(200, page_of(DatasetBriefSchema), is_ready=True, example=answers.DATASETS)
    @datasets.problems("request.cursor_invalid")
    def get(self, query: Query) -> dict[str, Any]:
        """List datasets, newest first."""
        return services.listed(store(), project_id(), limit=query["limit"], after=query["after"])

    @datasets.repeatable
    @datasets.arguments(UploadQuerySchema, location="query")
    @datasets.doc(requestBody=uploads.REQUEST_BODY)
    @datasets.response(201, DatasetSchema, is_ready=True, example=answers.DATASET, headers=answers.LOCATION)
    @datasets.alt_response(
        200,
        schema=one_of(DatasetSchema, DatasetPreviewSchema),
        description="It is there already; or what would be read.",
        example=answers.DATASET,
    )
    @datasets.problems(*uploads.PROBLEMS)
    def post(self, query: Query) -> tuple[dict[str, Any] | str, int, dict[str, str]]:
        """Upload a table.

        Send the file itself as the body, or as the part `file` of a form: CSV or JSON Lines (also compressed by gzip),
        Parquet, Arrow IPC, NPY, NPZ, or a zip of images in class folders. Its first bytes decide what it is.
        Delimiter, encoding and the kinds of its columns are found out from all of it, unless the query, or parts of
        the form, tell them; `preview=true` shows what would be read and stores nothing. The same bytes again, told to
        be read in the same way, give the same dataset.
        """
        pieces, told_of = uploads.incoming(query)
        if query["preview"]:
            return services.preview(store(), pieces, told_of), 200, {}
        again = Repeats(idempotency.recognize, idempotency.keep_as(201, known=200))
        dataset, is_new = services.upload(store(), project_id(), pieces, told_of, again)
        return dumps_once(dataset), 201 if is_new else 200, {"Location": dataset["urls"]["self"]}


@datasets.route("/v1/datasets/<dataset_id>")
class Dataset(MethodView):
    """One dataset: shown, changed, deleted."""

    @datasets.response(200, DatasetSchema, is_ready=True, example=answers.DATASET)
    @datasets.problems("not_found.dataset", "id.wrong_kind")
    def get(self, dataset_id: str) -> dict[str, Any]:
        """Show a dataset: its columns with their kinds and statistics."""
        return services.find(store(), project_id(), dataset_id)

    @datasets.arguments(DatasetChangeSchema, example={"name": "iris, cleaned", "kinds": {"petal_width": "number"}})
    @datasets.response(200, DatasetSchema, is_ready=True, example=answers.DATASET)
    @datasets.problems(
        "not_found.dataset",
        "id.wrong_kind",
        "request.invalid_value",
        *uploads.DATA_PROBLEMS,
        "dataset.in_use",
        "server.blob_damaged",
    )
    def patch(self, change: Query, dataset_id: str) -> dict[str, Any]:
        """Rename a dataset, or say how its file is to be read.

        Its columns are those of an upload that had told the same; `null` has a thing found out again.
        """
        told = {name: said for name, said in change.items() if name != "name"}
        return services.change(store(), project_id(), dataset_id, name=change.get("name"), told=told)

    @datasets.response(204)
    @datasets.problems("not_found.dataset", "id.wrong_kind", "dataset.in_use")
    def delete(self, dataset_id: str) -> None:
        """Delete a dataset that no job or model refers to."""
        services.delete(store(), project_id(), dataset_id)


@datasets.route("/v1/datasets/<dataset_id>/rows")
class Rows(MethodView):
    """The rows of a dataset."""

    @datasets.arguments(RowsQuerySchema, location="query")
    @datasets.response(200, RowsSchema, is_ready=True, example=answers.ROWS)
    @datasets.problems("not_found.dataset", "id.wrong_kind", "server.blob_damaged")
    def get(self, query: Query, dataset_id: str) -> dict[str, Any]:
        """Show rows as they were understood: numbers as numbers, missing values as `null`."""
        return services.read_rows(store(), project_id(), dataset_id, offset=query["offset"], limit=query["limit"])


@datasets.route("/v1/datasets/<dataset_id>/rows.csv")
class RowsAsCsv(MethodView):
    """The rows of a dataset for a spreadsheet."""

    @datasets.response(200, {"type": "string"}, content_type="text/csv", example="sepal_length,species\n5.1,setosa\n")
    @datasets.problems("not_found.dataset", "id.wrong_kind", "server.blob_damaged")
    def get(self, dataset_id: str) -> Response:
        """Download all rows as they were understood, as CSV.

        A text that begins with `=`, `+`, `-`, `@`, a tab or a line break has an apostrophe before it, so that no
        spreadsheet takes it for a formula; numbers are untouched. The file as it was sent is at `…/content`.
        """
        dataset, pieces = csv_rows(store(), project_id(), dataset_id)
        response = Response(pieces, mimetype="text/csv")
        downloads.name_the_file(response, f"{dataset.name}.csv")
        return response


@datasets.route("/v1/datasets/<dataset_id>/content")
class Content(MethodView):
    """The file of a dataset."""

    @datasets.response(200, {"type": "string"}, content_type="text/csv", example="sepal_length,species\n5.1,setosa\n")
    @datasets.alt_response(
        206,
        schema={"type": "string"},
        content_type="text/csv",
        description=downloads.PART,
        example="5.1,set",
        success=True,
    )
    @datasets.problems("not_found.dataset", "id.wrong_kind", "request.range_invalid", "server.blob_damaged")
    def get(self, dataset_id: str) -> Response:
        """Download the file exactly as it was uploaded; one `Range` is served."""
        dataset = services.row(store(), project_id(), dataset_id)
        media_type, ending = uploads.media_type(dataset.format, dataset.dialect)
        name = f"{dataset.name}{ending}"
        return downloads.answer(
            dataset.digest,
            lambda: file_to_send.stored(store(), dataset.content_digest, name=name, media_type=media_type),
        )
