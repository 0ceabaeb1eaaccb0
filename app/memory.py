"""What a process keeps between requests: who waits, what is being served, models that are ready to predict."""

from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import cast

from flask import current_app

from app.services.cache import Recent
from app.services.predictions import Predictor
from app.services.serving import Serving
from app.services.waiting import Lobby

EXTENSION = "chainrule.memory"
SEATS = 16  # the server has 32 threads: there must be some for those who do not wait
STREAMS = 10
PREDICTOR_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Memory:
    """Lost at a restart, and nobody minds."""

    lobby: Lobby = field(default_factory=lambda: Lobby(SEATS))
    streams: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(STREAMS))
    serving: Serving = field(default_factory=Serving)
    predictors: Recent[Predictor] = field(default_factory=lambda: Recent(PREDICTOR_BYTES, lambda kept: kept.size_bytes))


def memory() -> Memory:
    """Return the memory of this application in this process."""
    return cast("Memory", current_app.extensions.setdefault(EXTENSION, Memory()))
