"""Jobs as they are sent: text, and a tag that stays the same until something happens."""

import hashlib
from dataclasses import dataclass

from app.views.job import View, steady
from app.views.json_text import dumps
from store.database.rows import Page


@dataclass(frozen=True)
class SentJob:
    """A job object, written."""

    text: str
    is_done: bool
    tag: str = ""  # none where it is one of a list

    @property
    def size_bytes(self) -> int:
        """About how much memory it takes."""
        return 2 * len(self.text) + 500


def write(view: View) -> SentJob:
    """Write a job object; the passing of time alone does not change its tag."""
    digest = hashlib.sha256(dumps(steady(view)).encode()).hexdigest()[:32]
    return SentJob(dumps(view), view["done"], f'W/"{digest}"')


def write_item(view: View) -> SentJob:
    """Write a job object as one of a list."""
    return SentJob(dumps(view), view["done"])


def write_list(page: Page[SentJob]) -> str:
    """Write a page of jobs that are written already."""
    told = dumps({"has_more": page.has_more, "next_cursor": page.next_cursor})
    return f'{{"object":"list","data":[{",".join(job.text for job in page.rows)}],{told[1:]}'
