"""Jobs as they are sent: text, and a tag that stays the same until something happens."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from app.views.job import View, present, steady, waited_s
from app.views.json_text import dumps
from store.database.rows import Page

GAP = "\0"  # stands for the place in the line; no text that is stored has it
WRITTEN_GAP = dumps(GAP)


@dataclass(frozen=True)
class SentJob:
    """A job object, written."""

    text: str
    is_done: bool
    tag: str = ""  # none where it is one of a list


@dataclass(frozen=True)
class StillJob:
    """A job on which nobody works, written but for its place in the line and how long it has waited."""

    before: str
    after: str
    is_done: bool
    created_at: datetime
    waited_until: datetime | None

    @property
    def size_bytes(self) -> int:
        """About how much memory it takes."""
        return 2 * (len(self.before) + len(self.after)) + 500

    @cached_property
    def settled(self) -> SentJob | None:
        """It as it is sent when it waits for nothing any more."""
        return None if self.waited_until is None else self._written(None, self.waited_until)

    def item(self, *, position: int | None, now: datetime) -> SentJob:
        """Write it as one of a list."""
        return self._as_it_settled(position) or SentJob(self._text(position, now), self.is_done)

    def alone(self, *, position: int | None, now: datetime) -> SentJob:
        """Write it with its tag, of which the time that it has waited is no part."""
        return self._as_it_settled(position) or self._written(position, now)

    def _as_it_settled(self, position: int | None) -> SentJob | None:
        return self.settled if position is None else None

    def _written(self, position: int | None, now: datetime) -> SentJob:
        tag = tag_of(f"{self.before}{position}{self.after}")
        return SentJob(self._text(position, now), self.is_done, tag)

    def _text(self, position: int | None, now: datetime) -> str:
        waited = waited_s(self.created_at, self.waited_until or now)
        queue = dumps({"position": position, "waited_s": waited})
        return f"{self.before}{queue}{self.after}"


def still(job: Any, *, now: datetime) -> StillJob:
    """Write a row on which nobody works."""
    view = present(job, now=now)
    before, after = dumps(view | {"queue": GAP}).split(WRITTEN_GAP)
    return StillJob(before, after, view["done"], job.created_at, job.started_at or job.finished_at)


def alone(view: View) -> SentJob:
    """Write a job object with its tag; the passing of time alone does not change it."""
    return SentJob(dumps(view), view["done"], tag_of(dumps(steady(view))))


def item(view: View) -> SentJob:
    """Write a job object as one of a list."""
    return SentJob(dumps(view), view["done"])


def tag_of(text: str) -> str:
    """Make the `ETag` of an answer out of those parts of it that matter."""
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def write_list(page: Page[SentJob]) -> str:
    """Write a page of jobs that are written already."""
    told = dumps({"has_more": page.has_more, "next_cursor": page.next_cursor})
    return f'{{"object":"list","data":[{",".join(job.text for job in page.rows)}],{told[1:]}'
