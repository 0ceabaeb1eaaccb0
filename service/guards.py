"""Checks before the service starts: its home folder, its port, its key, its Redis and its tables."""

import fcntl
import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from service.errors import CannotStart, Refused
from store import Settings, api_keys
from store.database import migrations
from store.database.database import Database
from store.errors import is_full


def keep_private(home: Path) -> None:
    """Keep what this process and its children write, and the home folder if it is ours, from other users' eyes."""
    os.umask(0o077)
    with suppress(OSError):  # there is none yet, or it is another user's, who decides
        if home.stat().st_uid == os.getuid():
            home.chmod(0o700)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home folder: two services on one would start two of everything."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        file = (home / "lock").open("ab+", buffering=0)
    except OSError as error:
        raise cannot_write(home, error) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise CannotStart(
                f"A service already runs in {home} (process {file.read().decode().strip() or 'unknown'}); "
                "stop it, or choose another folder with CHAINRULE_HOME.",
            ) from error
        try:
            file.truncate(0)
            file.write(str(os.getpid()).encode())
        except OSError as error:
            raise cannot_write(home, error) from error
        try:
            yield
        finally:
            file.truncate(0)  # not removed: one service could hold the removed file, another a new one


def cannot_write(home: Path, error: OSError) -> CannotStart:
    """Say why nothing can be kept in the home folder."""
    if is_full(error):
        return CannotStart(
            f"There is no room left for {home}: free some on its disk, or choose another folder with CHAINRULE_HOME."
        )
    return CannotStart(f"The folder {home} cannot be written ({error.strerror}); set CHAINRULE_HOME.")


def check_port(host: str, port: int) -> None:
    """Raise when nobody could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise CannotStart(
                f"Port {port} on {host} cannot be used: {reason.lower()}. Choose another with --port.",
            ) from error


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_key(host: str, settings: Settings, database: Database) -> None:
    """Refuse to be reachable from elsewhere while anybody could use the service."""
    if is_loopback(host) or settings.api_key:
        return
    with database.reading() as session:
        if api_keys.are_there(session):
            return
    raise Refused(
        f"{host} can be reached from other machines, and no key protects the service. "
        "Make one with `./chainrule keys create`, set CHAINRULE_API_KEY, or use --host 127.0.0.1.",
    )


def check_parts(settings: Settings) -> None:
    """Raise when a part that is started alone would not find what `up` would have made for it."""
    if settings.redis_url is None:
        raise Refused("CHAINRULE_REDIS_URL is not set, and a part alone needs one; `./chainrule up` brings its own.")
    database = Database(settings.database_url)
    try:
        revision = migrations.current_revision(database)
    finally:
        database.close()
    if revision is None:  # a newer one is fine: parts are replaced one after the other
        raise CannotStart("The database has no tables yet; make them with `./chainrule migrate`.")
