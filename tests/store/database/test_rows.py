"""Rows are found by id within a project, and listed in pages that hold still."""

import pytest

from store import ids
from store.database import rows
from store.database.database import Database
from store.database.tables import DEFAULT_PROJECT, Dataset, Job, Model
from store.errors import CursorInvalid, NotFound, WrongKindOfId
from store.states import JobStatus
from tests.store.samples import add_jobs, add_project, claimed


def test_a_row_is_found_by_its_id(database: Database) -> None:
    """The ordinary case."""
    (job_id,) = add_jobs(database)

    with database.reading() as session:
        assert rows.find(session, Job, job_id, DEFAULT_PROJECT).id == job_id


def test_another_projects_row_does_not_exist(database: Database) -> None:
    """A tenant must not even learn that an id is somebody's."""
    (job_id,) = add_jobs(database)
    stranger = add_project(database, "stranger")

    with database.reading() as session, pytest.raises(NotFound, match=f"There is no job `{job_id}`"):
        rows.find(session, Job, job_id, stranger)


def test_the_wrong_kind_of_id_is_told_so(database: Database) -> None:
    """Passing a model's id where a job's belongs is the most common slip of all."""
    model_id = ids.new("model")

    with database.reading() as session, pytest.raises(WrongKindOfId) as caught:
        rows.find(session, Job, model_id, DEFAULT_PROJECT)

    assert str(caught.value) == f"`{model_id}` is the id of a model; the id of a job starts with `job_`."
    assert (caught.value.expected, caught.value.got, caught.value.prefix) == ("job", "model", "job_")


@pytest.mark.parametrize("text", ["", "7", "job_", "job_\0", "' OR 1=1", "\ud800"])
def test_nonsense_is_not_found(database: Database, text: str) -> None:
    """PostgreSQL raises at a NUL in a text; the answer must be the same everywhere."""
    with database.reading() as session, pytest.raises(NotFound):
        rows.find(session, Dataset, text, DEFAULT_PROJECT)


def test_pages_hold_still_while_rows_are_added(database: Database) -> None:
    """Somebody who walks through a list must see each row once, whatever is submitted meanwhile."""
    before = add_jobs(database, 7)
    seen: list[str] = []
    cursor = None

    while True:
        with database.reading() as session:
            page = rows.page(session, Job, DEFAULT_PROJECT, limit=3, after=cursor)
        seen += [job.id for job in page.rows]
        add_jobs(database, 2)
        if not page.has_more:
            break
        cursor = page.next_cursor

    assert seen == sorted(before, reverse=True)


def test_the_last_page_has_no_cursor(database: Database) -> None:
    """A cursor to nothing would cost every client one empty request."""
    add_jobs(database, 3)

    with database.reading() as session:
        page = rows.page(session, Job, DEFAULT_PROJECT, limit=3)

    assert (len(page.rows), page.has_more, page.next_cursor) == (3, False, None)


def test_pages_can_be_filtered_and_keep_to_their_project(database: Database) -> None:
    """A filter must not widen what may be seen."""
    add_jobs(database, project_id=add_project(database, "stranger"))
    add_jobs(database)
    running = claimed(database, priority=9).job_id

    with database.reading() as session:
        page = rows.page(session, Job, DEFAULT_PROJECT, filters=[Job.status == JobStatus.RUNNING])

    assert [job.id for job in page.rows] == [running]


@pytest.mark.parametrize("cursor", ["", "x", "ds_01m85bp68gsgbt7kvxhe6y023n", "mdl_\0"])
def test_a_forged_cursor_is_refused(database: Database, cursor: str) -> None:
    """A silent empty page would look like the end of the list."""
    with database.reading() as session, pytest.raises(CursorInvalid, match="next_cursor"):
        rows.page(session, Model, DEFAULT_PROJECT, after=cursor)
