"""The pages of docs/reference, made from the tables in code so that they cannot drift."""

import json
from collections.abc import Iterator
from pathlib import Path

from app.catalogue import CATALOGUE
from neural import vocabulary
from neural.fields import ParameterInfo
from service.environment import ROOT
from specs.grammar.fields import Field
from specs.grammar.objects import Object
from specs.tables.job import JOB
from store.settings.settings import SETTINGS
from store.states import MOVES, JobStatus, is_final
from tools.markdown import table

FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Made by `./chainrule reference` from the code; edit the code. -->\n\n"
STATUSES = {
    JobStatus.QUEUED: "waits for a worker",
    JobStatus.RUNNING: "a worker trains it; `phase` says what it does",
    JobStatus.PAUSED: "waits until somebody resumes it",
    JobStatus.SUCCEEDED: "has a model; also after early stopping or a time limit",
    JobStatus.FAILED: "ended without a model; `error` says why",
    JobStatus.CANCELLED: "was stopped by somebody",
}

MASKS = """
A mask says which time steps count; it begins at an `embedding` with `mask_zero`. What each layer does with it is as in
Keras 3: it *uses* it for its own numbers, *carries* it on (recurrent layers where they return sequences), *joins* those
of its inputs (a step counts where it counts in any; none is left where an input has none), *ends* it, so that what
comes behind sees every step, or *makes* one. The loss and the metrics leave out steps that are masked at the end
of a network that answers a class at each step; one that answers columns must end without a mask, as behind `flatten`.
Models of earlier versions keep the rules that they were trained under, `network.semantics` 1.
"""


def pages() -> dict[str, str]:
    """Write every page: file name → text."""
    return {
        "settings.md": settings(),
        "errors.md": errors(),
        "statuses.md": statuses(),
        "components.md": components(),
        "job.md": job(),
    }


def write() -> list[Path]:
    """Bring the folder up to date."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text)
    return sorted(FOLDER.glob("*.md"))


def settings() -> str:
    """Write what the operator can decide."""
    rows = [(f"`{s.variable}`", s.summary, s.default, s.expected) for s in SETTINGS.values()]
    return (
        f"{MADE}# Settings\n\nRead once, from the environment. A value that cannot be used stops the start with a "
        f"sentence that names it.\n\n{table(('variable', 'what for', 'default', 'takes'), rows)}"
    )


def errors() -> str:
    """Write every error code."""
    rows = [
        (f"`{entry.code}`", str(int(entry.status)) if entry.status else "job", entry.explanation, entry.fix)
        for entry in sorted(CATALOGUE.values(), key=lambda entry: entry.code)
    ]
    return (
        f"{MADE}# Errors\n\nA refused request is answered with `application/problem+json`: `code` is stable for ever, "
        "`errors` lists every fault with its place. *job* in the second column: a failed job carries it in `error`. "
        "The service has a page for each code at `/docs/errors/<code>`.\n\n"
        f"{table(('code', 'status', 'what it means', 'what to do'), rows)}"
    )


def statuses() -> str:
    """Write where a job can stand, and where it can go."""
    rows = [
        (
            f"`{s}`",
            STATUSES[s],
            next_of(s),
            "yes" if is_final(s) else "no",
        )
        for s in JobStatus
    ]
    return f"{MADE}# Job statuses\n\n{table(('status', 'meaning', 'can become', 'done'), rows)}"


def next_of(status: JobStatus) -> str:
    """Name the statuses that can come next."""
    return ", ".join(f"`{name}`" for name in JobStatus if name in MOVES[status]) or "-"


def components() -> str:
    """Write what networks and trainings are made of."""
    kinds = {
        "Layers": vocabulary.LAYERS,
        "Activations": vocabulary.ACTIVATIONS,
        "Losses": vocabulary.LOSSES,
        "Optimizers": vocabulary.OPTIMIZERS,
        "Schedules": vocabulary.SCHEDULES,
        "Initializers": vocabulary.INITIALIZERS,
        "Regularizers of one layer": vocabulary.REGULARIZERS,
        "Constraints of one layer": vocabulary.CONSTRAINTS,
        "Averages of weights": vocabulary.AVERAGINGS,
        "Metrics": vocabulary.METRICS,
    }
    parts = [f"{MADE}# Components\n\nThe same tables as `GET /v1/capabilities`.\n"]
    for title, entries in kinds.items():
        columns: tuple[str, ...] = ("name", "what it is", "parameters")
        rows: list[tuple[str, ...]] = [
            (f"`{name}`", entry.summary, ", ".join(map(parameter, entry.parameters)) or "-")
            for name, entry in entries.items()
        ]
        if title == "Layers":
            columns = (*columns, "a mask")
            rows = [(*row, str(entry.mask_use)) for row, entry in zip(rows, entries.values(), strict=True)]
        parts.append(f"\n## {title}\n\n{table(columns, rows)}{MASKS if title == 'Layers' else ''}")
    return "".join(parts)


def parameter(info: ParameterInfo) -> str:
    """Write a parameter with its default."""
    return f"`{info.name}` (required)" if info.default is None else f"`{info.name}` = {info.default}"


def job() -> str:
    """Write every field of a job body."""
    rows = [
        (f"`{path}`", field.summary, default_of(field), field.type.expected(), ", ".join(field.synonyms) or "-")
        for path, field in fields_of(JOB)
        if not isinstance(field.type, Object)
    ]
    return (
        f"{MADE}# The job body\n\n`POST /v1/jobs` takes these fields; only `dataset_id` is needed, and `target` where "
        "its name does not settle it. *auto* is inferred from the data, and the resolved spec says why. `GET "
        "/v1/capabilities` tells the same to programs; [components](components.md) have parameters of their own: "
        '`"adam"` is short for `{"name": "adam"}`.\n\n'
        f"{table(('field', 'what for', 'default', 'takes', 'also read as'), rows)}"
    )


def default_of(field: Field) -> str:
    """Write what stands for a field that was left out."""
    if field.required:
        return "required"
    return "-" if field.default is None else f"`{json.dumps(field.default)}`"


def fields_of(part: Object, before: str = "") -> Iterator[tuple[str, Field]]:
    """List the fields of an object and of the objects in it, each with its path."""
    for field in part.fields:
        yield before + field.name, field
        if isinstance(field.type, Object):
            yield from fields_of(field.type, f"{before}{field.name}.")
