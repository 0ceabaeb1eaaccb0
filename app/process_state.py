"""The state that a process keeps between requests: places to wait, requests being served, models ready to predict."""

from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import cast

from flask import Flask, current_app

from app.services.cache import LruCache
from app.services.following.waiting import Lobby
from app.services.idempotency import Serving
from app.services.key_guesses import KeyGuesses
from app.services.planning.planning_cache import PlanningCache
from app.services.shown_jobs import StillJobs
from models import Predictor

EXTENSION = "chainrule.process_state"
SEATS = 16  # with the streams, fewer than the threads of `Room.WAITS`
STREAMS = 60
PREDICTOR_BYTES = 256 * 2**20
STILL_BYTES = 16 * 2**20


def _predictors() -> LruCache[Predictor]:
    return LruCache(PREDICTOR_BYTES, size_of=lambda predictor: predictor.size_bytes)


def _still_jobs() -> StillJobs:
    return LruCache(STILL_BYTES, size_of=lambda job: job.size_bytes)


@dataclass(frozen=True)
class ProcessState:
    """Lost at a restart, and nobody minds."""

    lobby: Lobby = field(default_factory=lambda: Lobby(SEATS))
    streams: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(STREAMS))
    key_guesses: KeyGuesses = field(default_factory=KeyGuesses)
    serving: Serving = field(default_factory=Serving)
    planning: PlanningCache = field(default_factory=PlanningCache)
    still_jobs: StillJobs = field(default_factory=_still_jobs)
    predictors: LruCache[Predictor] = field(default_factory=_predictors)


def install(app: Flask) -> None:
    """Give an application the state that it keeps."""
    app.extensions[EXTENSION] = ProcessState()


def process_state() -> ProcessState:
    """Return the state of this application in this process."""
    return cast("ProcessState", current_app.extensions[EXTENSION])
