"""Runs: jobs trained by Celery workers."""
