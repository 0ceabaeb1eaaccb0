"""Celery workers that train jobs."""

from worker.process.blas_threads import pin

pin()  # here, because no module of a worker may import NumPy before its number of threads is fixed
