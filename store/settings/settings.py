"""The operator's settings, read from the environment once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url

from store.errors import SettingsError
from store.settings import readers as read

PREFIX = "CHAINRULE_"
# Ours, but not the service's: the client's, the tests' and those of the compose file.
ELSEWHERE = ("CHAINRULE_URL", "CHAINRULE_PORT", "CHAINRULE_TEST_", "CHAINRULE_COMPOSE_")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One line of the settings table: the docs are made from it."""

    variable: str
    default: str
    summary: str
    read: Callable[[str], Any]
    expected: str
    is_secret: bool = False


def about(summary: str, reader: Callable[[str], Any], expected: str, **more: Any) -> dict[str, Any]:
    """Describe a setting beside its field; `default` says in words what stands in when it is left out."""
    return {"summary": summary, "read": reader, "expected": expected, **more}


A_COUNT = "a whole number above 0"
A_SIZE = "a number of bytes above 0, such as `2147483648` or `2GiB`"
A_TIME = "a number of seconds above 0"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, with values that can be used; the one table of them."""

    home: Path = field(
        metadata=about(
            "Folder for the embedded database, logs and caches.", read.folder, "a folder", default="./.chainrule"
        ),
    )
    database_url: str = field(
        metadata=about(
            "Where jobs, models and weights are kept.",
            read.database,
            "`postgresql://user:password@host/name` or `sqlite:////absolute/path.db`",
            default="SQLite in the home folder",
        ),
    )
    redis_url: str | None = field(
        default=None,
        metadata=about(
            "Where tokens and live progress go.",
            read.redis,
            "`redis://host:6379/0`, `rediss://…` or `unix:///path`",
            default="a private server, started by `./chainrule up`",
        ),
    )
    api_key: str | None = field(
        default=None,
        metadata=about(
            "A key for the default project, beside those made by `./chainrule keys create`.",
            read.key,
            f"a text of at least {read.SHORTEST_KEY} characters; `./chainrule keys create` makes a good one",
            default="none",
            is_secret=True,
        ),
    )
    allowed_hosts: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Names by which the service may be called, separated by commas.",
            read.names,
            "names separated by commas",
            default="loopback names; any name when a key is needed",
        ),
    )
    trusted_proxies: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Proxies whose word counts on whom they speak for (`X-Forwarded-For`, `X-Forwarded-Proto`), by commas.",
            read.networks,
            "addresses or networks separated by commas, such as `10.0.0.2,172.16.0.0/12`",
            default="none",
        ),
    )
    max_upload_bytes: int = field(default=2 << 30, metadata=about("Largest dataset file.", read.size, A_SIZE))
    max_body_bytes: int = field(default=8 << 20, metadata=about("Largest JSON body.", read.size, A_SIZE))
    max_parameters: int = field(
        default=100_000_000,
        metadata=about("Most parameters of a network.", read.count, A_COUNT),
    )
    max_job_memory_bytes: int = field(
        default=4 << 30,
        metadata=about("Largest estimate of a job's memory that is accepted.", read.size, A_SIZE),
    )
    max_queued_jobs: int = field(
        default=10_000,
        metadata=about("Most jobs that may wait; more are answered 503.", read.count, A_COUNT),
    )
    silence_seconds: float = field(
        default=20.0,
        metadata=about(
            "How long a job's heartbeat may stand still before its worker counts as lost.", read.seconds, A_TIME
        ),
    )
    heartbeat_seconds: float = field(
        default=3.0,
        metadata=about("How often a running job shows that it lives.", read.seconds, A_TIME),
    )
    stall_seconds: float = field(
        default=600.0,
        metadata=about(
            "How long a job may do no step before its process is ended and the job tried again.", read.seconds, A_TIME
        ),
    )
    checkpoint_seconds: float = field(
        default=15.0,
        metadata=about(
            "How often a running job saves what it could go on from, unless its spec says otherwise; "
            "less often where that would cost more than 2 % of the time.",
            read.seconds,
            A_TIME,
        ),
    )
    kernels: str = field(
        default="numpy",
        metadata=about(
            "What runs the steps of a training: NumPy from Python, or a loop compiled by numba, "
            "which gives the same bits sooner.",
            read.kernels,
            "`numpy` or `numba`",
        ),
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the environment; raise `SettingsError` that names variable, value and what would be right."""
        refuse_unknown(environment)
        given = {
            name: read_one(setting, environment[setting.variable])
            for name, setting in SETTINGS.items()
            if environment.get(setting.variable)
        }
        given.setdefault("home", read.folder(SETTINGS["home"].default))
        given.setdefault("database_url", f"sqlite:///{given['home'] / 'chainrule.db'}")
        settings = cls(**given)
        if settings.heartbeat_seconds * 2 > settings.silence_seconds:
            raise SettingsError(
                f"CHAINRULE_SILENCE_SECONDS is {settings.silence_seconds:g} and CHAINRULE_HEARTBEAT_SECONDS is "
                f"{settings.heartbeat_seconds:g}; two heartbeats must fit in, or living workers count as lost.",
            )
        return settings

    def __repr__(self) -> str:
        """Show everything but secrets."""
        shown = {name: getattr(self, name) for name, setting in SETTINGS.items() if not setting.is_secret}
        shown["database_url"] = make_url(self.database_url).render_as_string(hide_password=True)
        shown["redis_url"] = None if self.redis_url is None else urlsplit(self.redis_url).scheme + "://…"
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


SETTINGS: dict[str, Setting] = {
    each.name: Setting(**{"variable": PREFIX + each.name.upper(), "default": str(each.default), **each.metadata})
    for each in fields(Settings)
}


def read_one(setting: Setting, text: str) -> Any:
    """Read one value or say what is wrong with it."""
    try:
        return setting.read(text)
    except (ValueError, OverflowError) as error:
        shown = "not usable" if setting.is_secret else f"`{without_password(text)[:60]}`"
        raise SettingsError(f"{setting.variable} is {shown}; it must be {setting.expected}.") from error


def without_password(text: str) -> str:
    """Cut out of an address what only the operator may know."""
    return re.sub(r"://[^/?#]*@", "://…@", text)


def refuse_unknown(environment: Mapping[str, str]) -> None:
    """Refuse a variable of ours that is misspelt, rather than run with a default nobody asked for."""
    known = sorted(setting.variable for setting in SETTINGS.values())
    for name in environment:
        if name.startswith(PREFIX) and name not in known and not name.startswith(ELSEWHERE):
            from datasets.did_you_mean import closest  # noqa: PLC0415 - brings pyarrow, and the start does without

            meant = closest(name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known])
            hint = f"did you mean {PREFIX}{meant}?" if meant else f"settings are {', '.join(known)}."
            raise SettingsError(f"{name} is no setting; {hint}")
