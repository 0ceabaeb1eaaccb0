"""Everything that a job body can say, as JSON: made from the tables that parse it."""

from typing import Any

from neural import vocabulary
from neural.vocabulary import Entry
from specs.grammar.components import parameters
from specs.tables.job import JOB
from specs.values.training import PRESETS

TABLES = {
    "layers": vocabulary.LAYERS,
    "activations": vocabulary.ACTIVATIONS,
    "losses": vocabulary.LOSSES,
    "optimizers": vocabulary.OPTIMIZERS,
    "schedules": vocabulary.SCHEDULES,
    "averagings": vocabulary.AVERAGINGS,
    "initializers": vocabulary.INITIALIZERS,
    "regularizers": vocabulary.REGULARIZERS,
    "constraints": vocabulary.CONSTRAINTS,
    "metrics": vocabulary.METRICS,
}


def capabilities() -> dict[str, Any]:
    """List every component and every field with parameters, defaults and bounds."""
    return {
        **{name: [_component(entry) for entry in table.values()] for name, table in TABLES.items()},
        "presets": [{"name": name, **told} for name, told in PRESETS.items()],
        "fields": [field.to_json() for field in JOB.fields],
    }


def _component(entry: Entry) -> dict[str, Any]:
    has_parameters = entry.kind != "metric"
    described: dict[str, Any] = {
        "name": entry.name,
        "summary": entry.summary,
        "aliases": list(entry.aliases),
        "parameters": [field.to_json() for field in parameters(entry.kind, entry.name).fields]
        if has_parameters
        else [],
    }
    if entry.mask_use is not None:
        described |= {"mask": entry.mask_use.value}
    if entry.kind == "loss":
        described |= {"link": entry.link, "targets": entry.targets}
    if entry.kind == "metric":
        described |= {"direction": entry.direction, "tasks": list(entry.tasks)}
    return described
