"""API keys: made once, shown once, kept as digests."""

import contextlib
import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from store import ids
from store.clock import now
from store.database import Database
from store.errors import DatabaseAway, NotFound
from store.tables import DEFAULT_PROJECT, Key

SECRET_PREFIX = "cr_"  # noqa: S105  # what a secret starts with, for secret scanners
NOTED_EVERY = timedelta(minutes=1)
SHOWN = 8  # characters of a secret that are kept readable, so that a person can tell keys apart


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


def use(database: Database, secret: str) -> Key | None:
    """Find the living key of a secret and note that it was used, at most once a minute; None for any other secret."""
    with database.reading() as session:
        key = verify(session, secret)
    if key is not None and (key.last_used_at is None or now() - key.last_used_at > NOTED_EVERY):
        with contextlib.suppress(DatabaseAway), database.transaction() as session:
            session.execute(update(Key).where(Key.id == key.id).values(last_used_at=now()))
    return key


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
    return bool(session.scalar(select(func.count()).where(Key.revoked_at.is_(None))))


def digest(secret: str) -> str:
    """SHA-256 of a secret; enough, because the secret is 256 random bits and not a password."""
    return hashlib.sha256(secret.encode()).hexdigest()
