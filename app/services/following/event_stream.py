"""A job as server-sent events (WHATWG HTML, section 9.2): its events from the database, its progress from Redis.

Each event of the job has its gap-free number as the message's id, so a client that lost the connection goes on where
it stopped. Between them come `progress` messages without an id: only the newest counts, and none is sent again.
"""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select

from store import Store
from store.database.tables import Event, Job
from store.errors import DatabaseAway
from store.states import is_final

GLANCE_S = 0.5  # between two looks at the database, at first and after news
LONGEST_GLANCE_S = 2.0  # between two later, and while reports come: fifty streams may not keep the database busy
PAUSE_S = 0.1  # at least, however often Redis wakes
HEARTBEAT_S = 5.0  # proxies close what is silent for long; a client that left is noticed at the second one
LONGEST_S = 900.0  # then the client comes back by itself, and threads are shared anew
COMING_BACK_MS = 1000

Clock = Callable[[], float]
Show = Callable[[Event], dict[str, Any]]


class JobStream:
    """The messages of one job, from an event on, until it is done."""

    def __init__(self, store: Store, job_id: str, *, show: Show, after: int = 0, clock: Clock = time.monotonic) -> None:
        """Prepare; `after` is the number of the last event that the client has, `show` makes JSON of one."""
        self._store, self._job_id, self._show, self._seq, self._clock = store, job_id, show, after, clock
        self._shown: dict[str, Any] | None = None

    def messages(self) -> Iterator[str]:
        """Yield messages as they come; ends with the job, after a while, and when the database is away."""
        until, spoke = self._clock() + LONGEST_S, self._clock()
        glance, looked = GLANCE_S, float("-inf")
        yield f"retry: {COMING_BACK_MS}\n\n"
        while self._clock() < until:
            news: list[str] = []
            progress = self._progress()
            # While reports flow nothing has ended; once they stop, something may have.
            if self._clock() - looked >= (LONGEST_GLANCE_S if progress else glance):
                try:
                    status, news = self._look()
                except DatabaseAway:
                    return
                yield from news
                if status is None or is_final(status):
                    yield message("end", {"status": status})
                    return
                looked = self._clock()
                glance = GLANCE_S if news or progress else min(1.5 * glance, LONGEST_GLANCE_S)
            yield from progress
            if news or progress:
                spoke, glance = self._clock(), GLANCE_S
            elif self._clock() - spoke >= HEARTBEAT_S:
                spoke = self._clock()
                yield ": still here\n\n"
            time.sleep(PAUSE_S)
            self._store.progress.wait(self._job_id, GLANCE_S)

    def _look(self) -> tuple[Any, list[str]]:
        """Read the status first: what happened before it was final is then among the events."""
        with self._store.database.reading() as session:
            status = session.scalar(select(Job.status).where(Job.id == self._job_id))
            query = select(Event).where(Event.job_id == self._job_id, Event.seq > self._seq).order_by(Event.seq)
            found = list(session.scalars(query))
        if found:
            self._seq = found[-1].seq
        return status, [message(event.type, self._show(event), id_=event.seq) for event in found]

    def _progress(self) -> list[str]:
        """Tell the newest report, unless it was told."""
        live = self._store.progress.latest(self._job_id)
        if live is None or live == self._shown:
            return []
        self._shown = live
        names = ("phase", "progress", "best", "latest")
        return [message("progress", {name: live.get(name) for name in names})]


def message(type_: str, data: dict[str, Any], *, id_: int | None = None) -> str:
    """Write one message; JSON holds no line break, so the data is one line."""
    numbered = f"id: {id_}\n" if id_ is not None else ""
    return f"{numbered}event: {type_}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
