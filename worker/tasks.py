"""The one Celery task: a token came, so run what waits."""

from store.redis.queue import TASK_NAME
from worker.celery import app, process


@app.task(name=TASK_NAME)
def wake_up() -> None:
    """Run what waits. The token carries nothing: what to do stands in the table."""
    process.work()
