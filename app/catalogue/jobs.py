"""Errors of jobs: codes that appear in the `error` of a job, long after its request was answered."""

from app.catalogue.entries import Entry
from store.jobs.failures import FAILURES

JOBS = tuple(
    Entry(failure.code, None, failure.title, failure.explanation, failure.fix, failure.example)
    for failure in FAILURES.values()
)
