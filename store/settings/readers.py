"""Parsers of environment variables; each raises `ValueError` for a text that is no such value."""

import ipaddress
import math
import re
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from store.redis.urls import SCHEMES

UNITS = {"": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
DRIVERS = {"sqlite", "postgresql", "postgresql+psycopg"}
SHORTEST_KEY = 16
KERNELS = ("numpy", "numba")


def folder(text: str) -> Path:
    """Read a folder."""
    return Path(text).expanduser().absolute()


def count(text: str) -> int:
    """Read a whole number above 0."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def size(text: str) -> int:
    """Read a number of bytes above 0, with or without a unit."""
    found = re.fullmatch(r"\s*([0-9]{1,15})\s*(|kib|mib|gib)\s*", text.lower())
    if found is None:
        raise ValueError
    return count(found[1]) * UNITS[found[2]]


def seconds(text: str) -> float:
    """Read a time above 0."""
    number = float(text)
    if not (number > 0 and math.isfinite(number)):
        raise ValueError
    return number


def kernels(text: str) -> str:
    """Read which kernels train."""
    if text not in KERNELS:
        raise ValueError
    return text


def database(text: str) -> str:
    """Read the address of a database we know; `postgres://`, as some hosts spell it, is PostgreSQL.

    A relative file is one in the folder of this process, also for the processes that it starts elsewhere.
    """
    try:
        url = make_url(re.sub(r"^postgres://", "postgresql://", text))
    except ArgumentError as error:
        raise ValueError from error
    if url.drivername not in DRIVERS or (url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}):
        raise ValueError
    if url.get_backend_name() == "sqlite" and not (url.database or "").startswith("file:"):
        url = url.set(database=str(Path(url.database or "").absolute()))
    return url.render_as_string(hide_password=False)


def redis(text: str) -> str:
    """Read the address of a Redis."""
    parts = urlsplit(text)
    if parts.scheme not in SCHEMES or not (parts.hostname or parts.path):
        raise ValueError
    _ = parts.port  # raises for one that is no number
    return text


def key(text: str) -> str:
    """Read a secret that is too long to be guessed."""
    if len(text) < SHORTEST_KEY:
        raise ValueError
    return text


def names(text: str) -> tuple[str, ...]:
    """Read names, separated by commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def networks(text: str) -> tuple[str, ...]:
    """Read addresses and networks, separated by commas."""
    return tuple(str(ipaddress.ip_network(name, strict=False)) for name in names(text))
