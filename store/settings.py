"""What the operator decides, read from the environment once."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from store.errors import SettingsError

MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One line of the settings table: the docs are made from it."""

    variable: str
    default: str
    summary: str
    read: Callable[[str], Any]
    expected: str


def a_path(text: str) -> Path:
    """Read a folder."""
    return Path(text).expanduser().absolute()


def a_count(text: str) -> int:
    """Read a whole number above 0."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def seconds(text: str) -> float:
    """Read a time above 0."""
    number = float(text)
    if not (number > 0 and math.isfinite(number)):
        raise ValueError
    return number


def a_database(text: str) -> str:
    """Read the address of a database we know."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ValueError from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError
    return url.render_as_string(hide_password=False)


def a_redis(text: str) -> str:
    """Read the address of a Redis."""
    if urlsplit(text).scheme not in {"redis", "rediss", "unix", "redis+socket"}:
        raise ValueError
    return text


def hosts(text: str) -> tuple[str, ...]:
    """Read names, separated by commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


SETTINGS: dict[str, Setting] = {
    "home": Setting(
        variable="CHAINRULE_HOME",
        default="./.chainrule",
        summary="Folder for the embedded database, logs and caches.",
        read=a_path,
        expected="a folder",
    ),
    "database_url": Setting(
        variable="CHAINRULE_DATABASE_URL",
        default="SQLite in the home folder",
        summary="Where jobs, models and weights are kept.",
        read=a_database,
        expected="`postgresql://user:password@host/name` or `sqlite:////absolute/path.db`",
    ),
    "redis_url": Setting(
        variable="CHAINRULE_REDIS_URL",
        default="a private server, started by `./chainrule up`",
        summary="Where tokens and live progress go.",
        read=a_redis,
        expected="`redis://host:6379/0`, `rediss://…` or `unix:///path`",
    ),
    "api_key": Setting(
        variable="CHAINRULE_API_KEY",
        default="none",
        summary="A key for the default project, beside those made by `./chainrule keys create`.",
        read=str,
        expected="a text of at least 16 characters",
    ),
    "allowed_hosts": Setting(
        variable="CHAINRULE_ALLOWED_HOSTS",
        default="loopback names; any name when a key is needed",
        summary="Names by which the service may be called, separated by commas.",
        read=hosts,
        expected="names separated by commas",
    ),
    "max_upload_bytes": Setting(
        variable="CHAINRULE_MAX_UPLOAD_BYTES",
        default=str(2048 * MIB),
        summary="Largest dataset file.",
        read=a_count,
        expected="a whole number above 0",
    ),
    "max_body_bytes": Setting(
        variable="CHAINRULE_MAX_BODY_BYTES",
        default=str(8 * MIB),
        summary="Largest JSON body.",
        read=a_count,
        expected="a whole number above 0",
    ),
    "max_job_memory_bytes": Setting(
        variable="CHAINRULE_MAX_JOB_MEMORY_BYTES",
        default=str(4096 * MIB),
        summary="Largest estimate of a job's memory that is accepted.",
        read=a_count,
        expected="a whole number above 0",
    ),
    "max_queued_jobs": Setting(
        variable="CHAINRULE_MAX_QUEUED_JOBS",
        default="10000",
        summary="Most jobs that may wait; more are answered 503.",
        read=a_count,
        expected="a whole number above 0",
    ),
    "silence_seconds": Setting(
        variable="CHAINRULE_SILENCE_SECONDS",
        default="20",
        summary="How long a job's heartbeat may stand still before its worker counts as lost.",
        read=seconds,
        expected="a number of seconds above 0",
    ),
    "heartbeat_seconds": Setting(
        variable="CHAINRULE_HEARTBEAT_SECONDS",
        default="3",
        summary="How often a running job shows that it lives.",
        read=seconds,
        expected="a number of seconds above 0",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, with values that can be used."""

    home: Path
    database_url: str
    redis_url: str | None = None
    api_key: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    max_upload_bytes: int = 2048 * MIB
    max_body_bytes: int = 8 * MIB
    max_job_memory_bytes: int = 4096 * MIB
    max_queued_jobs: int = 10_000
    silence_seconds: float = 20.0
    heartbeat_seconds: float = 3.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the environment; raise `SettingsError` that names variable, value and what would be right."""
        given = {
            name: read_one(setting, environment[setting.variable])
            for name, setting in SETTINGS.items()
            if environment.get(setting.variable)
        }
        refuse_unknown(environment)
        given.setdefault("home", a_path("./.chainrule"))
        given.setdefault("database_url", f"sqlite:///{given['home'] / 'chainrule.db'}")
        if len(given.get("api_key") or "x" * 16) < 16:
            raise SettingsError(
                "CHAINRULE_API_KEY is shorter than 16 characters; `./chainrule keys create` makes a good one."
            )
        return cls(**given)

    def __repr__(self) -> str:
        """Show everything but secrets."""
        shown = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "api_key"}
        shown["database_url"] = make_url(self.database_url).render_as_string(hide_password=True)
        shown["redis_url"] = None if self.redis_url is None else urlsplit(self.redis_url).scheme + "://…"
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


def read_one(setting: Setting, text: str) -> Any:
    """Read one value or say what is wrong with it."""
    try:
        return setting.read(text)
    except (ValueError, OverflowError) as error:
        raise SettingsError(f"{setting.variable} is `{text[:60]}`; it must be {setting.expected}.") from error


def refuse_unknown(environment: Mapping[str, str]) -> None:
    """Refuse a variable of ours that is misspelt, rather than run with a default nobody asked for."""
    known = {setting.variable for setting in SETTINGS.values()}
    for name in environment:
        if (
            name.startswith("CHAINRULE_")
            and name not in known
            and not name.startswith(("CHAINRULE_TEST_", "CHAINRULE_COMPOSE_"))
        ):
            raise SettingsError(f"{name} is no setting; settings are {', '.join(sorted(known))}.")
