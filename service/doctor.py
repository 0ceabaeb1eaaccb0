"""An examination of the installation: each finding says what to do."""

import importlib.metadata
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import click
from packaging.requirements import Requirement
from sqlalchemy import func, select

from service import valkey
from service.environment import ROOT
from service.errors import ServiceError
from store import Settings
from store.database.database import Database
from store.database.migrations import current_revision, is_current, newest_revision
from store.redis.connection import RedisLink

GIB = 1 << 30
EXPORT = ROOT / "requirements.txt"
SHOWN = ("numpy", "celery", "sqlalchemy", "flask")
LARGEST_CLOCK_GAP_SECONDS = 5.0


@dataclass(frozen=True)
class Finding:
    """What was seen; `advice` is None when all is well."""

    what: str
    seen: str
    advice: str | None = None


def examine(settings: Settings) -> int:
    """Print every finding; return 1 when something has to be done."""
    advised = 0
    for check in CHECKS:
        for finding in check(settings):
            advised += finding.advice is not None
            mark = "ok  " if finding.advice is None else "TODO"
            click.echo(f"{mark} {finding.what:14} {finding.seen}")
            if finding.advice is not None:
                click.echo(f"     {'':14} → {finding.advice}")
    click.echo("all is well" if not advised else f"{advised} thing{'s' * (advised != 1)} to do")
    return 1 if advised else 0


def python(_settings: Settings) -> Iterator[Finding]:
    """Look at the interpreter."""
    yield Finding("python", sys.version.split()[0])


def packages(_settings: Settings) -> Iterator[Finding]:
    """Hold the installed packages against the export of the lock."""
    if not EXPORT.exists():
        yield Finding("packages", "cannot be compared, for requirements.txt is not here")
        return
    off = [f"{name} {version_of(name) or 'missing'}" for name, version in locked() if version_of(name) != version]
    if off:
        yield Finding("packages", ", ".join(off)[:100], "the lock names others: remove .venv, and call again")
    else:
        yield Finding("packages", ", ".join(f"{name} {version_of(name)}" for name in SHOWN) + ", all as locked")


def cores(_settings: Settings) -> Iterator[Finding]:
    """Look at cores and BLAS threads."""
    threads = os.environ.get("OPENBLAS_NUM_THREADS")
    yield Finding("cores", f"{os.cpu_count()}; workers get one BLAS thread each (here: {threads or 'not set'})")


def disk(settings: Settings) -> Iterator[Finding]:
    """Look at the home folder."""
    if not valkey.is_folder_writable(settings.home):
        yield Finding("home", str(settings.home), "it cannot be written: set CHAINRULE_HOME to a folder that can")
        return
    free = shutil.disk_usage(settings.home).free / GIB
    advice = "free some space, or move CHAINRULE_HOME" if free < 1 else None
    yield Finding("home", f"{settings.home}, {free:.1f} GiB free", advice)


def database(settings: Settings) -> Iterator[Finding]:
    """Look at the database and its tables."""
    opened = Database(settings.database_url)
    try:
        opened.ping()
        revision = current_revision(opened)
        if revision is None:
            yield Finding("database", f"{opened.dialect}, empty; ./chainrule up makes its tables")
        else:
            advice = None if is_current(opened) else f"./chainrule migrate (the code expects {newest_revision()})"
            yield Finding("database", f"{opened.dialect}, revision {revision}", advice)
        yield clock(opened)
    except Exception as error:  # noqa: BLE001  # whatever the driver says is the finding
        first = str(error).splitlines()[0]
        yield Finding("database", first[:100], "check CHAINRULE_DATABASE_URL, and that the server runs")
    finally:
        opened.close()


def clock(opened: Database) -> Finding:
    """Compare our clock with the database server's; a file has no clock of its own."""
    now = datetime.now(UTC)
    if opened.dialect != "postgresql":
        return Finding("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")
    with opened.reading() as session:
        theirs = session.execute(select(func.clock_timestamp())).scalar_one()
    gap = abs((theirs - now).total_seconds())
    advice = (
        "set both by a time server: times of jobs and keys would be wrong" if gap > LARGEST_CLOCK_GAP_SECONDS else None
    )
    return Finding("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, {gap:.1f} s from the database's", advice)


def redis(settings: Settings) -> Iterator[Finding]:
    """Look at Redis, or at the program that would be started."""
    if settings.redis_url is None:
        try:
            yield Finding("redis", f"a private one, from {valkey.program()}")
        except ServiceError as error:
            yield Finding("redis", "none", str(error))
        return
    link = RedisLink(settings.redis_url, answer_seconds=2)
    answers = bool(link.ask(lambda client: client.ping(), default=False))
    advice = None if answers else "jobs are accepted and wait; check CHAINRULE_REDIS_URL, and that the server runs"
    yield Finding("redis", "answers" if answers else "does not answer", advice)
    link.close()


def examples(_settings: Settings) -> Iterator[Finding]:
    """Look at the data that the demo uses."""
    missing = [name for name in ("iris.csv", "digits.csv") if not (ROOT / "examples" / "data" / name).exists()]
    advice = "restore them from the repository; the demo needs them" if missing else None
    yield Finding("examples", f"missing: {', '.join(missing)}" if missing else "there", advice)


def locked() -> Iterator[tuple[str, str]]:
    """Yield the packages that this system needs, with their versions."""
    for line in re.findall(r"^\w.*==.*", EXPORT.read_text(), flags=re.MULTILINE):
        wanted = Requirement(line.rstrip("\\ "))
        if wanted.marker is None or wanted.marker.evaluate():
            yield wanted.name, next(iter(wanted.specifier)).version


def version_of(package: str) -> str | None:
    """Tell which version of a package is installed; None for none."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    python, packages, cores, disk, database, redis, examples,
)  # fmt: skip
