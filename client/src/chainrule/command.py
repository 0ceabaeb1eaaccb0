"""The client's command line: upload, train, follow and decide about jobs from a terminal."""

import json
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TextIO, cast

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from chainrule.client import Client, Job
from chainrule.details import Event
from chainrule.errors import ChainruleError
from chainrule.overrides import OPTIONS, Overrides

COLUMNS = ("id", "name", "status", "phase", "epoch", "best")
DECISIONS = {
    "cancel": "Stop a job for good.",
    "pause": "Let a job wait until it is resumed; a running one keeps its state.",
    "resume": "Let a paused job go on.",
    "retry": "Queue a failed or cancelled job again, from its last checkpoint.",
}


@contextmanager
def speaking(context: click.Context) -> Iterator[Client]:
    """Give a client; what the service refuses becomes one message and exit code 1."""
    try:
        with Client(context.obj["url"]) as client:
            yield client
    except ChainruleError as error:
        raise click.ClickException(str(error)) from error


@click.group()
@click.option("--url", envvar="CHAINRULE_URL", help="Where the service is; http://127.0.0.1:8000 when left out.")
@click.pass_context
def chainrule(context: click.Context, url: str | None) -> None:
    """Train networks on a Chainrule service. A key is read from CHAINRULE_API_KEY."""
    context.obj = {"url": url}


def overriding(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for everything that can be told of a file."""
    for name, said in reversed(OPTIONS.items()):
        command = click.option(f"--{name.replace('_', '-')}", name, help=said)(command)
    return command


@chainrule.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="A name of your choice; that of the file when left out.")
@click.option("--preview", is_flag=True, help="Show what would be read; nothing is stored.")
@overriding
@click.pass_context
def upload(context: click.Context, /, file: Path, name: str | None, *, preview: bool, **told: str | None) -> None:
    """Upload a table and print its id; what was noticed in it goes to standard error.

    What is told by an option takes the place of a guess. A doubt is followed by the command after which the file is
    read the other way.
    """
    given = {option: said for option, said in told.items() if said is not None}
    with speaking(context) as client:
        if preview:
            shown = client.datasets.preview(file, **cast("Overrides", given))
            warn(shown, again=partial(look_again, context, file, given))
            show_preview(shown)
            return
        dataset = client.datasets.upload(file, name=name, **cast("Overrides", given))
        warn(dataset.raw, again=partial(change_it, context, dataset.id))
        click.echo(dataset.id)


@chainrule.command()
@click.argument("dataset_id")
@click.option("--name", help="Another name.")
@overriding
@click.pass_context
def change(context: click.Context, /, dataset_id: str, name: str | None, **told: str | None) -> None:
    """Change how a dataset's file is read, or its name, and print its id; `null` has a thing found out again."""
    given = {option: read_option(option, said) for option, said in told.items() if said is not None}
    with speaking(context) as client:
        dataset = client.datasets.change(dataset_id, **given, **({} if name is None else {"name": name}))
        warn(dataset.raw, again=partial(change_it, context, dataset.id))
        click.echo(dataset.id)


def read_option(name: str, said: str) -> Any:
    """Return what a body says where an option says this: lists, objects and lines are JSON."""
    if said == "null":
        return None
    if name not in {"header", "skip_rows", "missing_words", "date_format", "kinds"}:
        return said
    try:
        return json.loads(said)
    except ValueError as error:
        hint = f"--{name.replace('_', '-')}"
        raise click.BadParameter(f"no JSON: {error}; {OPTIONS[name]}", param_hint=hint) from error


def as_options(told: Mapping[str, Any]) -> str:
    """Write what is told as options that a shell takes."""
    texts = [
        (name.replace("_", "-"), said if isinstance(said, str) else json.dumps(said, ensure_ascii=False))
        for name, said in told.items()
    ]
    return " ".join(f"--{name} {shlex.quote(said)}" for name, said in texts)


def called(context: click.Context) -> str:
    """Return how the program was called, with the address that was given."""
    url = context.obj["url"]
    return f"{context.find_root().info_name}{'' if url is None else f' --url {shlex.quote(url)}'}"


def look_again(context: click.Context, file: Path, given: Mapping[str, str], patch: Mapping[str, Any]) -> str:
    """Write the command that looks at a file with something more told of it; columns are added to those named."""
    more = {
        name: {**json.loads(given[name]), **said} if name in given and isinstance(said, Mapping) else said
        for name, said in patch.items()
    }
    return f"{called(context)} upload {shlex.quote(str(file))} --preview {as_options({**given, **more})}"


def change_it(context: click.Context, dataset_id: str, patch: Mapping[str, Any]) -> str:
    """Write the command that changes a dataset as a doubt says."""
    return f"{called(context)} change {dataset_id} {as_options(patch)}"


def show_preview(shown: Mapping[str, Any]) -> None:
    """Print the columns with their kinds, and the first rows."""
    names = [column["name"] for column in shown["columns"]]
    heads = (Text(f"{column['name']}\n{column['kind']}") for column in shown["columns"])
    table = Table(*(Column(header=head) for head in heads), box=None)
    for row in shown["rows"]:
        table.add_row(*(Text("" if row[name] is None else str(row[name])) for name in names))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    click.echo(f"{shown['row_count']} rows")


def warn(told: Mapping[str, Any], *, again: Callable[[Mapping[str, Any]], str] | None = None) -> None:
    """Write the warnings of a dataset or a job where they do not mix with what other programs read.

    `again` makes the command that follows a patch.
    """
    for warning in told["warnings"]:
        click.echo(f"warning: {warning['message']}", err=True)
        if again is not None and warning.get("patch"):
            click.echo(f"  to read it the other way: {again(warning['patch'])}", err=True)


@chainrule.command()
@click.argument("body", type=click.File())
@click.option("--follow/--no-follow", default=False, help="Watch it learn.")
@click.pass_context
def train(context: click.Context, body: TextIO, *, follow: bool) -> None:
    """Queue a job from a JSON file (`-` for standard input) and print its id."""
    with speaking(context) as client:
        job = client.jobs.create(**read_body(body.read()))
        warn(job.raw)
        click.echo(job.id)
        if follow:
            watch(job)


def read_body(text: str) -> dict[str, Any]:
    """Read a job's body; the service says what is wrong inside."""
    try:
        body = json.loads(text)
    except ValueError as error:
        raise click.ClickException(f"The body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise click.ClickException("The body has to be a JSON object.")
    return body


@chainrule.group()
def jobs() -> None:
    """Look at jobs, and decide about them."""


@jobs.command("list")
@click.option("--status", help="Only jobs in this status.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="How many at most.")
@click.pass_context
def list_(context: click.Context, status: str | None, limit: int) -> None:
    """List jobs, newest first."""
    table = Table(*COLUMNS, box=None)
    with speaking(context) as client:
        for _, job in zip(range(limit), client.jobs.list(**({"status": status} if status else {})), strict=False):
            table.add_row(*row(job))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def row(job: Job) -> tuple[str, ...]:
    """Write a job in a line."""
    told, best = job.raw["progress"], job.raw["best"]
    epoch = f"{told['epoch']}/{told['epochs'] or '?'}"
    score = f"{best['metric']} {best['value']:.4g}" if best and best["value"] is not None else "-"
    return job.id, job.raw["name"] or "-", job.status, job.raw["phase"], epoch, score


@jobs.command()
@click.argument("job_id")
@click.pass_context
def show(context: click.Context, job_id: str) -> None:
    """Print a job as JSON."""
    with speaking(context) as client:
        click.echo(json.dumps(client.jobs.get(job_id).raw, indent=2, ensure_ascii=False))


@jobs.command()
@click.argument("job_id")
@click.pass_context
def follow(context: click.Context, job_id: str) -> None:
    """Watch a job until it is done; exit code 1 when it has no model then."""
    with speaking(context) as client:
        watch(client.jobs.get(job_id))


def watch(job: Job) -> None:
    """Draw progress on a terminal, print events, and end as the job does."""
    console = Console(stderr=True)
    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*parts, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("epochs", total=job.raw["progress"]["epochs"])
        for event in job.follow():
            if event.type == "progress":
                progress.update(bar, **drawn(event))
            else:
                progress.console.print(f"{event.type:20} {event.message}", highlight=False)
    ended = job.refresh()
    click.echo(ended.status)
    if ended.status != "succeeded":
        sys.exit(1)


def drawn(event: Event) -> dict[str, Any]:
    """Read what the bar shows out of live progress."""
    told = (event.data or {}).get("progress") or {}
    loss = ((event.data or {}).get("latest") or {}).get("loss")
    text = "epochs" if loss is None else f"loss {loss:.4g}"
    return {"completed": told.get("epoch", 0), "total": told.get("epochs"), "description": text}


def decide(name: str, said: str) -> None:
    """Make the command of a decision."""

    @jobs.command(name, help=said)
    @click.argument("job_id")
    @click.pass_context
    def command(context: click.Context, job_id: str) -> None:
        with speaking(context) as client:
            job = getattr(client.jobs, name)(job_id)
            click.echo(f"{job.id} {job.status}")


for _name, _said in DECISIONS.items():
    decide(_name, _said)


@jobs.command("continue")
@click.argument("job_id")
@click.option("--epochs", required=True, type=click.IntRange(1), help="How many more.")
@click.pass_context
def continue_(context: click.Context, job_id: str, epochs: int) -> None:
    """Train a finished job for more epochs, as a new job."""
    with speaking(context) as client:
        job = client.jobs.train_on(job_id, epochs)
        click.echo(f"{job.id} {job.status}")


@jobs.command()
@click.argument("job_id")
@click.pass_context
def checkpoints(context: click.Context, job_id: str) -> None:
    """List what is kept of a job's training."""
    with speaking(context) as client:
        for kept in client.jobs.checkpoints(job_id):
            click.echo(f"{kept.id}  {kept.kind:8} epoch {kept.epoch:<6} step {kept.step:<8} {kept.size_bytes} bytes")
