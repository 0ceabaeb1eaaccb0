"""Runs: jobs trained by Celery workers."""

from worker.threads import pin

pin()  # here, because no module of a worker may import NumPy before its number of threads is fixed
