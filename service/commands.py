"""The commands of `./chainrule`."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

import click

from service.errors import CannotStart, ServiceError

P = ParamSpec("P")
R = TypeVar("R")


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Tell a failure in a sentence, with the exit code that belongs to it."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Exception as error:
            code = exit_code(error)
            if code is None:
                raise
            click.echo(f"chainrule: {error}", err=True)
            sys.exit(code)

    return told


def exit_code(error: Exception) -> int | None:
    """Choose the exit code of a failure that explains itself; None for a fault of ours."""
    from store.errors import SettingsError, StoreError  # noqa: PLC0415

    if isinstance(error, ServiceError):
        return error.exit_code
    if isinstance(error, SettingsError):
        return 78
    return 1 if isinstance(error, StoreError) else None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", prog_name="chainrule")
def chainrule() -> None:
    """Train neural networks over HTTP: post a table and a network, watch it learn, download the weights."""


@chainrule.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; others need a key.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=lambda: os.cpu_count() or 1, type=click.IntRange(1, 256), help="One per core.")
@plainly
def up(host: str, port: int, workers: int) -> None:
    """Start everything and run until Ctrl-C."""
    from service.supervisor import run_until_stopped  # noqa: PLC0415  # other commands start faster without it

    run_until_stopped(settings_to_write_by(), host=host, port=port, workers=workers, say=click.echo)


@chainrule.command()
@plainly
def demo() -> None:
    """Train on two real datasets through the whole service and show the results."""
    from service.demo import show  # noqa: PLC0415

    sys.exit(show())


@chainrule.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@plainly
def api(host: str, port: int) -> None:
    """Become the API (for containers); the database must be migrated."""
    from service import guards, roles  # noqa: PLC0415
    from store.database.database import Database  # noqa: PLC0415

    chosen = settings()
    guards.check_parts(chosen)
    database = Database(chosen.database_url)
    guards.check_key(host, chosen, database)
    database.close()
    become(roles.api(host, port))


@chainrule.command()
@click.option("--name", default="worker", show_default=True, help="Name of the slot, with the host's name added.")
@plainly
def worker(name: str) -> None:
    """Become a worker (for containers): one job at a time."""
    from service import guards, roles  # noqa: PLC0415

    guards.check_parts(settings())
    become(roles.worker(name))


@chainrule.command()
@click.option("--revision", default="head", show_default=True)
@plainly
def migrate(revision: str) -> None:
    """Bring the database to the present form of its tables."""
    from store.database.migrations import current_revision  # noqa: PLC0415

    with migrated(revision) as database:
        click.echo(f"the database is at revision {current_revision(database)}")
    database.close()


@chainrule.command()
@plainly
def doctor() -> None:
    """Examine the installation and say what to do."""
    from service.doctor import examine  # noqa: PLC0415

    sys.exit(examine(settings()))


@chainrule.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@plainly
def test(arguments: tuple[str, ...]) -> None:
    """Run the tests; arguments go to pytest."""
    sys.exit(tool("test").run_tests(arguments))


@chainrule.command()
@plainly
def lint() -> None:
    """Run every check that needs no running code."""
    sys.exit(tool("lint").run_lint())


@chainrule.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@plainly
def bench(name: str | None, arguments: tuple[str, ...]) -> None:
    """Run a benchmark by name; without a name, list them."""
    sys.exit(tool("bench").run_benchmark(name, arguments))


@chainrule.command(context_settings={"ignore_unknown_options": True})
@click.option("--seed", type=int, default=1729, show_default=True, help="Where every random decision comes from.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@plainly
def faults(arguments: tuple[str, ...], seed: int) -> None:
    """Kill, freeze and fill what can be, all of it or the tests named; bring docs/reliability.md up to date."""
    sys.exit(tool("faults").run_faults(arguments, seed=seed))


@chainrule.command(context_settings={"ignore_unknown_options": True})
@click.option("--seed", type=int, default=1729, show_default=True, help="Where every random decision comes from.")
@click.option("--cases", default=12_000, show_default=True, help="Requests made from the document of the API.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@plainly
def attack(arguments: tuple[str, ...], seed: int, cases: int) -> None:
    """Send the service what no client should: damaged files, spoilt requests, crowds; kill its parts under load."""
    sys.exit(tool("attack").run_attack(arguments, seed=seed, cases=cases))


@chainrule.command()
@plainly
def reference() -> None:
    """Write docs/reference and docs/house.svg anew from the code, and the report from what the fault suite showed."""
    for path in [*tool("reference").write(), tool("reliability.report").write(), tool("house.picture").write()]:
        click.echo(path.name)


@chainrule.group()
def keys() -> None:
    """Make, list and revoke API keys."""


@keys.command("create")
@click.option("--name", default="default", show_default=True, help="What the key is for.")
@plainly
def create_key(name: str) -> None:
    """Make a key; it is shown once."""
    from store import api_keys as store_keys  # noqa: PLC0415

    with migrated() as database, database.transaction() as session:
        key, secret = store_keys.create(session, name=name)
    click.echo(secret)
    click.echo(f"{key.id} `{key.name}`: shown once, so keep it. Use: Authorization: Bearer {key.prefix}…", err=True)


@keys.command("list")
@plainly
def list_keys() -> None:
    """Show which keys there are."""
    from store import api_keys as store_keys  # noqa: PLC0415

    with migrated() as database, database.reading() as session:
        for key in store_keys.listed(session):
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "valid"
            used = f"used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
            click.echo(f"{key.id}  {key.prefix}…  {state:20} {used:22} {key.name}")


@keys.command("revoke")
@click.argument("key_id")
@plainly
def revoke_key(key_id: str) -> None:
    """Make a key useless from now on."""
    from store import api_keys as store_keys  # noqa: PLC0415

    with migrated() as database, database.transaction() as session:
        store_keys.revoke(session, key_id)
    click.echo(f"{key_id} is revoked")


def tool(name: str) -> Any:
    """Load one of the developers' tools; an installation without them, such as the image, runs everything else."""
    try:
        return import_module(f"tools.{name}")
    except ModuleNotFoundError as error:
        if error.name != "tools":
            raise
        raise CannotStart(
            "This command is a developers' tool, and the folder tools/ is not part of this installation; "
            "run it in a clone of the repository.",
        ) from error


def settings() -> Any:
    """Read the settings of this environment."""
    from store import Settings  # noqa: PLC0415

    return Settings.from_environment(os.environ)


def settings_to_write_by() -> Any:
    """Read the settings for a command that writes: from now on for this user's eyes alone."""
    from service.guards import keep_private  # noqa: PLC0415

    found = settings()
    keep_private(found.home)
    return found


@contextmanager
def migrated(revision: str = "head") -> Iterator[Any]:
    """Open the database for a block, brought to its present form or another."""
    from store.database import migrations  # noqa: PLC0415
    from store.database.database import Database  # noqa: PLC0415

    database = Database(settings_to_write_by().database_url)
    try:
        migrations.migrate(database, revision)
        yield database
    finally:
        database.close()


def become(command: list[str]) -> None:
    """Replace this process, so that signals reach the part itself."""
    from service.environment import ROOT, for_children  # noqa: PLC0415

    environment = for_children(settings_to_write_by())
    os.chdir(ROOT)  # gunicorn and Celery import from here first; the caller's folder may have an `app` too
    os.execve(command[0], command, environment)  # noqa: S606  # our own interpreter
