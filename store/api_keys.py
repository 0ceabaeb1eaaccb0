"""API keys: made once, shown once, kept as digests."""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from store import ids
from store.clock import now
from store.database.database import Database
from store.database.tables import DEFAULT_PROJECT, Key
from store.errors import NotFound

SECRET_PREFIX = "cr_"  # noqa: S105  # what a secret starts with, for secret scanners
NOTED_EVERY = timedelta(minutes=1)
CLOSING_SECONDS = 1.0
CENSUS_SECONDS = 1.0
SHOWN = 8  # characters of a secret that are kept readable, so that a person can tell keys apart

log = structlog.get_logger(__name__)


def create(session: Session, *, name: str, project_id: str = DEFAULT_PROJECT) -> tuple[Key, str]:
    """Make a key; the secret is returned here and nowhere else."""
    secret = SECRET_PREFIX + secrets.token_urlsafe(32)
    key = Key(id=ids.new("key"), project_id=project_id, name=name, prefix=secret[:SHOWN], digest=digest(secret))
    session.add(key)
    session.flush()
    return key, secret


def verify(session: Session, secret: str) -> Key | None:
    """Find the living key of a secret; None for an unknown or revoked one."""
    key = session.scalar(select(Key).where(Key.digest == digest(secret), Key.revoked_at.is_(None)))
    return key if key is not None and hmac.compare_digest(key.digest, digest(secret)) else None


def is_noted(key: Key) -> bool:
    """Whether the row of a key tells of a use within the last minute."""
    return key.last_used_at is not None and now() - key.last_used_at <= NOTED_EVERY


class KeyUses:
    """Notes when keys are used, on threads of their own: no request waits for such a write, or fails with it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._writing: dict[str, threading.Thread] = {}

    def note(self, key: Key) -> None:
        """Have a use noted, unless the last minute has one; returns at once."""
        if is_noted(key):
            return
        with self._lock:
            if key.id not in self._writing:
                thread = threading.Thread(target=self._write, args=(key.id,), name="key-use", daemon=True)
                self._writing[key.id] = thread
                thread.start()

    def close(self) -> None:
        """Wait a moment for what is being written."""
        with self._lock:
            threads = list(self._writing.values())
        for thread in threads:
            thread.join(CLOSING_SECONDS)

    def _write(self, key_id: str) -> None:
        """Write once for all processes: whoever comes later within the minute changes no row."""
        is_old = or_(Key.last_used_at.is_(None), Key.last_used_at < now() - NOTED_EVERY)
        try:
            with self._database.transaction() as session:
                session.execute(update(Key).where(Key.id == key_id, is_old).values(last_used_at=now()))
        except SQLAlchemyError as error:  # the next use is noted instead
            log.warning("use of a key not noted", key_id=key_id, reason=type(error).__name__)
        finally:
            with self._lock:
                del self._writing[key_id]


def revoke(session: Session, key_id: str) -> Key:
    """Make a key useless from now on."""
    key = session.get(Key, key_id)
    if key is None:
        raise NotFound("key", key_id)
    key.revoked_at = key.revoked_at or now()
    return key


def listed(session: Session) -> list[Key]:
    """Return all keys, newest first."""
    return list(session.scalars(select(Key).order_by(Key.id.desc())))


def are_there(session: Session) -> bool:
    """Tell whether any living key exists."""
    return bool(session.scalar(select(exists().where(Key.revoked_at.is_(None)))))


def was_one_made(session: Session) -> bool:
    """Tell whether there ever was a key: revoking the last one must not open the door."""
    return bool(session.scalar(select(exists().where(Key.id.is_not(None)))))


class KeyCensus:
    """Knows whether a key was ever made, without asking the database at each request."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._was_made, self._asked_at = False, float("-inf")

    def was_one_made(self) -> bool:
        """Answer; a first key, made by another process, counts after a second, and then for ever."""
        if not self._was_made and self._clock() - self._asked_at >= CENSUS_SECONDS:
            with self._database.reading() as session:
                self._was_made = was_one_made(session)
            self._asked_at = self._clock()
        return self._was_made


def digest(secret: str) -> str:
    """SHA-256 of a secret; enough, because the secret is 256 random bits and not a password."""
    return hashlib.sha256(secret.encode()).hexdigest()
