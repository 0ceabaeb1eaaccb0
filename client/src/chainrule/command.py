"""The client's command line: upload, train, follow and decide about jobs from a terminal."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from chainrule.client import Client, Job
from chainrule.details import Event
from chainrule.errors import ChainruleError

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


@chainrule.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="A name of your choice; that of the file when left out.")
@click.pass_context
def upload(context: click.Context, file: Path, name: str | None) -> None:
    """Upload a table and print its id; what was noticed in it goes to standard error."""
    with speaking(context) as client:
        dataset = client.datasets.upload(file, name=name)
        warn(dataset.raw)
        click.echo(dataset.id)


def warn(told: Mapping[str, Any]) -> None:
    """Write the warnings of a dataset or a job where they do not mix with what other programs read."""
    for warning in told["warnings"]:
        click.echo(f"warning: {warning['message']}", err=True)


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
