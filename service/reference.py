"""The pages of docs/reference, made from the tables in code so that they cannot drift."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.catalogue import CATALOGUE
from neural import vocabulary
from service.environment import ROOT
from store.settings import SETTINGS
from store.states import MOVES, JobStatus, is_final

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


def pages() -> dict[str, str]:
    """Write every page: file name → text."""
    return {
        "settings.md": settings(),
        "errors.md": errors(),
        "statuses.md": statuses(),
        "components.md": components(),
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
        "Initializers": vocabulary.INITIALIZERS,
        "Metrics": vocabulary.METRICS,
    }
    parts = [f"{MADE}# Components\n\nThe same tables as `GET /v1/capabilities`.\n"]
    for title, entries in kinds.items():
        rows = [
            (f"`{name}`", entry.summary, ", ".join(f"`{p.name}` = {p.default}" for p in entry.parameters) or "-")
            for name, entry in entries.items()
        ]
        parts.append(f"\n## {title}\n\n{table(('name', 'what it is', 'parameters'), rows)}")
    return "".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |\n" for line in lines)
