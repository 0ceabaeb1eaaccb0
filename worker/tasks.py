"""The one task: a token came, so look at the table."""

from store.queue import LOOK
from worker.celery import app, process


@app.task(name=LOOK)
def look() -> None:
    """Run what waits. The token carries nothing: what to do stands in the table."""
    process.work()
